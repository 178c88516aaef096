import { type Hydrated, isHydrated, type StoredTicket } from '../../adapter.ts'
import { hashIdentity } from '../../identity/hash-identity.ts'
import { knownTickets } from '../../ledger/history.ts'
import type { Arrival, NewTicket } from '../../ledger/inbox.ts'
import type { Issue } from '../../model/errors.ts'
import { formatAmount } from '../../model/money.ts'
import type { Pipeline } from '../context.ts'
import { toNewTicket } from '../receive.ts'
import type { ActiveSource } from '../settings.ts'
import { createClaims, mapPast } from './claims.ts'
import type { ImportReport, ImportRequest, LinedTicket, Sample } from './import.ts'
import { toPast } from './read-past.ts'
import { shortName } from './short-name.ts'
import { createSums, moneyTexts, type Sums } from './sums.ts'
import { createTally } from './tally.ts'

/** More broken rows than this are counted, not listed. */
const MAX_LISTED = 10_000
const SAMPLES = 3

interface Stage {
  stage: string
  milestone: string
  count: number
  sums: Sums
}

/** Counts what an import takes in and what becomes of it. */
export async function createImportCounts(pipeline: Pipeline, active: ActiveSource) {
  const settings = await pipeline.settings()
  const ctx = pipeline.adapterContext(active)
  const options = active.adapter.identityOptions(ctx.settings)
  const claims = createClaims()
  const tally = createTally(settings, settings.workspace, { tooOldApart: true })
  const stages = new Map<string, Stage>()
  const samples: Sample[] = []
  const brokenRows: ImportReport['brokenRows'] = []
  const counts = { rows: 0, received: 0, duplicates: 0, conflicts: 0, broken: 0 }
  const arrivalsUnwritten = unwritten(pipeline, active.source.id)

  async function take(tickets: readonly LinedTicket[], write: ImportRequest['write']) {
    const stored = tickets.map(
      ({ key, record, content, identity }): StoredTicket => ({
        key,
        record,
        content,
        identity: identity && hashIdentity(identity, options),
      }),
    )
    const said = (await active.adapter.hydrate(stored, ctx)).filter(isHydrated)
    // Looked at before it is written: afterwards a host beside this command may have sent it already.
    const past = await toPast(pipeline, settings, active, said)
    const rows = tickets.map((ticket) => toNewTicket(ticket, active.source.id, options, pipeline.digestKey))
    const arrivals = await (write ? write.commit(rows) : arrivalsUnwritten(rows))
    arrivals.forEach((arrival, at) => {
      const each = said[at]
      const change = past[at]
      if (arrival === 'duplicate') counts.duplicates++
      if (arrival === 'conflict') counts.conflicts++
      if (arrival !== 'received' || !each || !change) return
      counts.received++
      countStage(stages, each)
      if (samples.length < SAMPLES)
        samples.push(sampleOf(tickets[at]?.line ?? 0, each, stored[at]?.identity ?? null))
      tally.addMapped(change, mapPast(settings.mapper, change, claims, {}))
    })
  }

  return {
    counts,
    take,
    broken(line: number, issues: Issue[]) {
      counts.broken++
      if (brokenRows.length < MAX_LISTED) brokenRows.push({ line, issues })
    },
    finish: (): ImportReport => ({
      ...counts,
      brokenRows,
      stages: [...stages.values()].map(({ stage, milestone, count, sums }) => ({
        stage,
        milestone,
        count,
        values: moneyTexts(sums.totals()),
      })),
      lines: tally.lines().map(({ ruleId, connectionId, event, would, held, reasons }) => ({
        ruleId,
        connectionId,
        event,
        goes: { count: would.count, values: would.values },
        tooOld: would.tooOld,
        held,
        reasons,
      })),
      unmatched: tally.unmatched(),
      samples,
    }),
  }
}

/** What the inbox would answer. */
function unwritten({ ledger }: Pipeline, sourceId: string) {
  const before = new Map<number, number>()
  return async (tickets: readonly NewTicket[]): Promise<Arrival[]> => {
    const known = await knownTickets(
      ledger.reader,
      sourceId,
      tickets.map(({ key }) => key),
    )
    return tickets.map(({ key, digest }) => {
      const first = known.get(key)
      if (first !== undefined) return first === digest ? 'duplicate' : 'conflict'
      const earlier = before.get(shortName(key))
      if (earlier !== undefined) return earlier === shortName(digest) ? 'duplicate' : 'conflict'
      before.set(shortName(key), shortName(digest))
      return 'received'
    })
  }
}

function countStage(stages: Map<string, Stage>, { change, facts }: Hydrated) {
  const { stage, milestone } = change
  const known = stages.get(stage) ?? { stage, milestone, count: 0, sums: createSums() }
  stages.set(stage, known)
  known.count++
  known.sums.add(change.amount ?? facts.amount)
}

/** Says of a person only which fields there are. */
function sampleOf(line: number, { change, facts }: Hydrated, identity: object | null): Sample {
  const amount = change.amount ?? facts.amount
  const filled = (from: object) =>
    Object.entries(from)
      .filter(([, value]) =>
        Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined,
      )
      .map(([name]) => name)
  const fields = [...filled(facts), ...filled(identity ?? {})]
  return {
    line,
    record: change.record,
    stage: change.stage,
    occurredAt: change.occurredAt,
    amount: amount && { amount: formatAmount(amount), currency: amount.currency },
    fields: fields.filter((name) => !['amount', 'kind', 'dropped'].includes(name)),
  }
}
