import type { ParkedSet } from '../../ledger/connections.ts'
import type { Trouble } from '../../ledger/troubles.ts'
import { HOUR, MINUTE } from '../../model/time.ts'
import type { Condition } from './condition.ts'
import { type InsightsHealth, wrongAudits, wrongInsights } from './wrong-insights.ts'

/** A job that runs every few minutes and has not succeeded for so long is not merely slow. */
const JOB_PATIENCE_MS = 10 * MINUTE
/** Of what was settled in a day, a share of refusals that no ordinary mix of bad records explains. */
const REJECTED_SHARE = 0.2
const FEWEST_REJECTED = 10

/** How a job of this host is doing. */
export interface JobHealth {
  job: string
  /** Epoch ms; of the start of the host while it has never succeeded. */
  lastGoodAt: number
  /** How far apart it runs, ms. */
  everyMs: number
}

/** What the ledger and this host know, as read for one look. */
export interface Situation {
  parked: readonly ParkedSet[]
  uncertain: readonly Trouble[]
  /** On hold for more than a day, with no timer that would end it. */
  held: readonly Trouble[]
  refusedAlone: readonly Trouble[]
  /** What the newest deliveries came to in the last day. */
  settled: readonly { connectionId: string; accepted: number; rejected: number }[]
  /** Epoch ms. */
  lastChangeAt: number | null
  silenceHours: number | null
  /** Connections that the last cycle could not even try. */
  notTried: readonly { connectionId: string; remedy: string }[]
  jobs: readonly JobHealth[]
  pulls: readonly InsightsHealth[]
  /** The newest of each connection and event. */
  audits: Parameters<typeof wrongAudits>[0]
}

/** Everything that is wrong, most urgent first. Pure. */
export function wrongNow(seen: Situation, now: number): Condition[] {
  return [
    ...parked(seen.parked),
    ...seen.notTried.map(({ connectionId, remedy }) =>
      of('not_tried', connectionId, now, `Nothing could be sent to ${connectionId}.`, remedy),
    ),
    ...jobs(seen.jobs, now),
    ...seen.uncertain.map(({ connectionId, count, since }) =>
      of(
        'uncertain',
        connectionId,
        since ?? now,
        `${deliveries(count)} to ${connectionId} may or may not have arrived.`,
        `List them with "closeback events --state uncertain --connection ${connectionId}", look in Events Manager, then resolve them.`,
      ),
    ),
    ...seen.refusedAlone.map(({ connectionId, count, since }) =>
      of(
        'refused_alone',
        connectionId,
        since ?? now,
        `TikTok refused ${deliveries(count)} to ${connectionId} again and again, with no other to compare to.`,
        `Look at "closeback events --state waiting --connection ${connectionId}" and what TikTok said, then mend the source.`,
      ),
    ),
    ...rejected(seen.settled, now),
    ...seen.held.map(({ connectionId, count, since }) =>
      of(
        'held',
        connectionId,
        since ?? now,
        `${deliveries(count)} to ${connectionId} ${count === 1 ? 'is' : 'are'} on hold for more than a day.`,
        `Look at "closeback events --state held --connection ${connectionId}": a rate, an amount or a decision is missing.`,
      ),
    ),
    ...wrongInsights(seen.pulls, now),
    ...wrongAudits(seen.audits),
    ...silence(seen, now),
  ]
}

function parked(sets: readonly ParkedSet[]): Condition[] {
  const conditions = new Map<string, Condition>()
  for (const { connection_id: id, event_source_id: set, parked_at, code, remedy } of sets) {
    // One token serves every set of a connection: its refusal is one thing to tell, not three.
    const isToken = code.startsWith('401')
    const subject = isToken ? id : `${id}/${set}`
    const what = isToken
      ? `TikTok refuses the access token of ${id} (${code}); nothing is sent to it.`
      : `TikTok takes nothing for the event set ${set} of ${id} (${code}).`
    const one: Condition = {
      kind: isToken ? 'token' : 'parked_set',
      subject,
      connectionId: id,
      since: parked_at,
      what,
      remedy,
    }
    const key = `${one.kind} ${subject}`
    const other = conditions.get(key)
    if (!other || one.since < other.since) conditions.set(key, one)
  }
  return [...conditions.values()]
}

function jobs(health: readonly JobHealth[], now: number): Condition[] {
  return health
    .filter(({ lastGoodAt, everyMs }) => now - lastGoodAt > Math.max(JOB_PATIENCE_MS, 5 * everyMs))
    .map(({ job, lastGoodAt }) => ({
      kind: 'job',
      subject: job,
      connectionId: null,
      since: lastGoodAt,
      what: `The job "${job}" has not succeeded for ${duration(now - lastGoodAt)}.`,
      remedy: `Look for "${job}" in the log of the host, and at the space on its disk.`,
    }))
}

function rejected(settled: Situation['settled'], now: number): Condition[] {
  return settled
    .filter(
      (each) =>
        each.rejected >= FEWEST_REJECTED && each.rejected >= REJECTED_SHARE * (each.accepted + each.rejected),
    )
    .map(({ connectionId, accepted, rejected: refused }) =>
      of(
        'rejected',
        connectionId,
        now,
        `TikTok refused ${refused} of the last ${refused + accepted} deliveries to ${connectionId} within a day.`,
        `Look at "closeback events --state rejected --connection ${connectionId}" and what TikTok said, then mend the source.`,
      ),
    )
}

function silence({ lastChangeAt, silenceHours }: Situation, now: number): Condition[] {
  if (lastChangeAt === null || silenceHours === null) return []
  if (now - lastChangeAt <= silenceHours * HOUR) return []
  return [
    {
      kind: 'silence',
      subject: 'stage changes',
      connectionId: null,
      since: lastChangeAt,
      what: `No stage change came in for ${duration(now - lastChangeAt)}.`,
      remedy: 'Look whether your systems still send: their webhook logs first, then "closeback check".',
    },
  ]
}

function of(
  kind: Condition['kind'],
  connectionId: string,
  since: number,
  what: string,
  remedy: string,
): Condition {
  return { kind, subject: connectionId, connectionId, since, what, remedy }
}

function deliveries(count: number): string {
  return `${count} ${count === 1 ? 'delivery' : 'deliveries'}`
}

function duration(ms: number): string {
  return ms < HOUR ? `${Math.round(ms / MINUTE)} minutes` : `${Math.round(ms / HOUR)} hours`
}
