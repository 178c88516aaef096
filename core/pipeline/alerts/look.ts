import {
  type AlertRow,
  keepAlert,
  openAlerts,
  raiseAlert,
  repeatAlert,
  resolveAlert,
} from '../../ledger/alerts.ts'
import { standingFindings } from '../../ledger/audits.ts'
import { parkedSets } from '../../ledger/connections.ts'
import { lastDone } from '../../ledger/daily-jobs.ts'
import { lastAccount } from '../../ledger/insight-days.ts'
import type { Db } from '../../ledger/ledger.ts'
import {
  heldSinceBefore,
  lastSeenChange,
  recentlySettled,
  refusedAlone,
  uncertainDeliveries,
} from '../../ledger/troubles.ts'
import { DAY, MINUTE } from '../../model/time.ts'
import type { Connection } from '../../model/workspace.ts'
import type { Pipeline } from '../context.ts'
import { INSIGHTS_JOB } from '../insights/daily.ts'
import { ALARM_ATTEMPTS } from '../settle.ts'
import type { Alert, AlertKind, Condition } from './condition.ts'
import type { InsightsHealth } from './wrong-insights.ts'
import { type Situation, wrongNow } from './wrong-now.ts'

/** Audits are weekly: what one found stands until the next, or until nobody audits any more. */
const AUDIT_STANDS_MS = 10 * DAY
/** Deliveries whose outcomes are looked at for a wave of refusals. */
const NEWEST = 5000
/**
 * What only one host knows of itself: another one, or the same one after a restart, does not take it back at once, but
 * when nobody has seen it for a while.
 */
const KNOWN_TO_ONE: ReadonlySet<string> = new Set<AlertKind>(['job', 'not_tried'])
const UNSEEN_MS = 10 * MINUTE

/** Finds what is wrong now and holds it against what was: each condition is told once, once a day while it lasts, and when it is over. */
export async function lookForTrouble(
  pipeline: Pick<Pipeline, 'ledger' | 'settings'>,
  host: Pick<Situation, 'jobs' | 'notTried'>,
): Promise<Alert[]> {
  const { ledger } = pipeline
  const wrong = wrongNow(await situation(pipeline, host), ledger.now())
  const open = await openAlerts(ledger.db)
  if (wrong.length + open.length === 0) return []
  return ledger.transaction(async (tx) => {
    const now = ledger.now()
    const before = new Map((await openAlerts(tx)).map((row) => [keyOf(row), row]))
    const told: Alert[] = []
    for (const condition of wrong) {
      const detail = detailOf(condition)
      const row = before.get(keyOf(condition))
      before.delete(keyOf(condition))
      if (!row) {
        const { kind, subject, since } = condition
        if (await raiseAlert(tx, { kind, subject, since, detail }, now))
          told.push({ ...condition, id: 0, news: 'raised', resolvedAt: null })
      } else {
        await keepAlert(tx, row.id, { detail }, now)
        if (now - row.told_at >= DAY && (await repeatAlert(tx, row, now)))
          told.push({ ...condition, id: row.id, since: row.since, news: 'repeated', resolvedAt: null })
      }
    }
    for (const row of before.values()) {
      if (KNOWN_TO_ONE.has(row.kind) && now - row.seen_at < UNSEEN_MS) continue
      if (await resolveAlert(tx, row.id, now))
        told.push(alertOf({ ...row, pending: 'resolved', resolved_at: now }))
    }
    return told
  })
}

async function situation(
  { ledger, settings }: Pick<Pipeline, 'ledger' | 'settings'>,
  host: Pick<Situation, 'jobs' | 'notTried'>,
): Promise<Situation> {
  const { connections, workspace } = await settings()
  const now = ledger.now()
  const [parked, uncertain, held, refused, settled, lastChangeAt] = await Promise.all([
    parkedSets(ledger.reader),
    uncertainDeliveries(ledger.reader),
    heldSinceBefore(ledger.reader, now - DAY),
    refusedAlone(ledger.reader, ALARM_ATTEMPTS),
    recentlySettled(ledger.reader, { most: NEWEST, since: now - DAY }),
    lastSeenChange(ledger.reader),
  ])
  return {
    // What was parked and is not in the workspace any more waits for nobody.
    parked: parked.filter(({ connection_id }) => connections.has(connection_id)),
    uncertain,
    held,
    refusedAlone: refused,
    settled,
    lastChangeAt,
    audits: (await standingFindings(ledger.reader, now - AUDIT_STANDS_MS)).filter(({ connectionId }) =>
      connections.has(connectionId),
    ),
    pulls: await insightsHealth(ledger.reader, [...connections.values()]),
    silenceHours: workspace.alerts?.silenceHours ?? null,
    ...host,
  }
}

function insightsHealth(reader: Db, connections: readonly Connection[]): Promise<InsightsHealth[]> {
  return Promise.all(
    connections.map(async ({ id, timezone, currency }) => ({
      connectionId: id,
      since: await lastDone(reader, { job: INSIGHTS_JOB, connectionId: id }),
      account: await lastAccount(reader, id),
      configured: { timezone, currency },
    })),
  )
}

function keyOf({ kind, subject }: { kind: string; subject: string }): string {
  return `${kind} ${subject}`
}

function detailOf({ connectionId, what, remedy }: Condition): string {
  return JSON.stringify({ connectionId, what, remedy })
}

/** An alert as it stands in the ledger. */
export function alertOf(row: AlertRow): Alert {
  const { connectionId, what, remedy } = JSON.parse(row.detail) as Pick<
    Condition,
    'connectionId' | 'what' | 'remedy'
  >
  return {
    id: row.id,
    kind: row.kind as AlertKind,
    subject: row.subject,
    connectionId,
    since: row.since,
    what,
    remedy,
    news: row.pending ?? 'raised',
    resolvedAt: row.resolved_at,
  }
}
