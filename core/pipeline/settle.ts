import { addAttempt } from '../ledger/attempts.ts'
import { park, unpark } from '../ledger/connections.ts'
import type { Db } from '../ledger/ledger.ts'
import { type Claim, type ClaimedDelivery, type Settlement, settle } from '../ledger/outbox.ts'
import { HOUR, MINUTE } from '../model/time.ts'
import type { Judged, Stop } from '../tiktok/bisect.ts'
import type { Verdict } from '../tiktok/outcome.ts'
import type { Pipeline } from './context.ts'
import type { PushReport } from './push-report.ts'
import type { Destination, Sent } from './send-batch.ts'
import { tokenDigest } from './token-digest.ts'

const FIRST_RETRY_MS = 2 * MINUTE
export const LONGEST_RETRY_MS = HOUR
/** A parked set is asked again this often, with one delivery. */
export const PROBE_MS = 30 * MINUTE
/** A delivery that is refused alone this often, with nothing to compare it to, deserves a look. */
export const ALARM_ATTEMPTS = 3

/** Doubling from two minutes to an hour; half of it is chance, so that what failed together does not return together. */
export function backOff(attempts: number, random: () => number = Math.random): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS)
  return Math.round(longest * (0.5 + random() / 2))
}

/** Writes down what a batch came to, all in one transaction: the requests, each delivery's state, a parked set. */
export async function settleBatch(
  pipeline: Pipeline,
  destination: Destination,
  claim: Claim,
  batch: readonly ClaimedDelivery[],
  { isolation, attempts }: Sent,
  report: PushReport,
  isProbe = false,
): Promise<void> {
  const { ledger, log, meters } = pipeline
  const now = ledger.now()
  const retryMs = destination.connection.delivery.uncertainRetryHours * HOUR
  const idOf = (index: number) => (batch[index] as ClaimedDelivery).id
  const { stopped } = isolation

  // The next probe is made with another delivery, and this one has burnt no attempt.
  const probed: Settlement = {
    to: 'waiting',
    certainty: 'definite',
    nextAt: now + PROBE_MS,
    counts: false,
    retryMs,
  }
  const waiting = (index: number, certainty: 'definite' | 'unknown', counts = true): Settlement => ({
    to: 'waiting',
    certainty,
    nextAt: now + (counts ? backOff((batch[index] as ClaimedDelivery).attempts) : 0),
    counts,
    retryMs,
  })
  const changed = { accepted: 0, rejected: 0, uncertain: 0, waiting: 0 }
  await ledger.transaction(async (tx) => {
    for (const attempt of attempts) await addAttempt(tx, attempt)
    const write = async (indices: readonly number[], settlement: Settlement, verdict: Verdict) =>
      settle(tx, claim.lease, indices.map(idOf), settlement, detailOf(verdict), now)
    const eachLike = async (judged: readonly Judged[], settlement: (first: Judged) => Settlement) => {
      let rows = 0
      for (const group of Map.groupBy(
        judged,
        ({ verdict }) => `${verdict.code} ${verdict.message}`,
      ).values()) {
        const [first] = group as [Judged]
        rows += await write(
          group.map(({ index }) => index),
          settlement(first),
          first.verdict,
        )
      }
      return rows
    }
    changed.accepted += await write(isolation.accepted, { to: 'accepted' }, ACCEPTED)
    changed.rejected += await eachLike(isolation.rejected, () => ({ to: 'rejected' }))
    changed.uncertain += await eachLike(isolation.partial, () => ({ to: 'uncertain' }))
    changed.waiting += await eachLike(isolation.suspects, ({ index }) =>
      isProbe ? probed : waiting(index, 'definite'),
    )
    changed.waiting += await eachLike(isolation.unknown, ({ index }) => waiting(index, 'unknown'))
    const [first] = isolation.untouched
    if (first !== undefined) {
      const counts = stopped !== null && stopped.why !== 'parked'
      const verdict = stopped?.verdict ?? NOT_TRIED
      changed.waiting += await write(isolation.untouched, waiting(first, 'definite', counts), verdict)
    }
    if (isolation.accepted.length > 0) {
      await unpark(tx, destination.connection.id, destination.eventSourceId)
    }
    if (stopped?.why === 'parked') await parkSet(tx, destination, stopped, now)
  })
  // Connections and lanes share the report: it is added to in one go, never across an await.
  report.accepted += changed.accepted
  report.rejected += changed.rejected
  report.uncertain += changed.uncertain
  report.waiting += changed.waiting
  report.requests += isolation.requests
  const { id: connectionId } = destination.connection
  for (const { outcome, code } of attempts) meters.answered(connectionId, outcome, code)
  for (const state of ['accepted', 'rejected', 'uncertain'] as const)
    if (changed[state] > 0) meters.settled(connectionId, state, changed[state])
  const taken = isolation.accepted.slice(0, changed.accepted)
  meters.accepted(
    connectionId,
    taken.map((index) => now - (batch[index] as ClaimedDelivery).occurredAt),
  )
  for (const { index, verdict } of isolation.suspects) {
    const { id, attempts: before } = batch[index] as ClaimedDelivery
    if (!isProbe && before + 1 >= ALARM_ATTEMPTS)
      log.warn({ delivery: id, code: verdict.code }, 'refused_alone')
  }
  if (stopped) {
    const { connection, eventSourceId } = destination
    log.warn(
      { connection: connection.id, set: eventSourceId, why: stopped.why, code: stopped.verdict.code },
      'sending_stopped',
    )
  }
}

const ACCEPTED: Verdict = { outcome: 'accepted', code: '0', message: '', remedy: '', failedIndex: null }
const NOT_TRIED: Verdict = { outcome: 'later', code: 'not_tried', message: '', remedy: '', failedIndex: null }

function detailOf({ outcome, code, message }: Verdict) {
  return { outcome, code, message: message === '' ? null : message }
}

/** Parks a set: its deliveries wait, nothing is burnt, others go on. */
function parkSet(tx: Db, { connection, eventSourceId, token }: Destination, { verdict }: Stop, now: number) {
  return park(tx, {
    connection_id: connection.id,
    event_source_id: eventSourceId,
    parked_at: now,
    code: verdict.code,
    message: verdict.message,
    remedy: verdict.remedy,
    token_digest: tokenDigest(token),
    probe_at: now + PROBE_MS,
  })
}
