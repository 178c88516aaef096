import type { Verdict } from './outcome.ts'
import { halves, type Segment, take } from './segments.ts'

/** One event of the batch, and the answer that decided about it. */
export interface Judged {
  index: number
  verdict: Verdict
}

/** Why events were left untouched: the answer that ended the batch, or the last one when the limit was reached. */
export interface Stop {
  why: 'parked' | 'later' | 'unknown' | 'requests'
  verdict: Verdict
}

/** What became of each event of a batch: every index stands in exactly one of the lists. */
export interface Isolation {
  accepted: number[]
  /** TikTok named it, or it failed alone while a sibling succeeded. */
  rejected: Judged[]
  /** Failed alone, but nothing of its event set has succeeded yet in this cycle: whoever sees one succeed may reject them. */
  suspects: Judged[]
  /** A request with it was left without a definite answer, so TikTok may have it. */
  unknown: Judged[]
  /** Still 20001 when sent alone. */
  partial: Judged[]
  /** Definitely not accepted, nothing known against it: it simply waits. */
  untouched: number[]
  /** Set when sending ended early. */
  stopped: Stop | null
  requests: number
}

export interface IsolateOptions {
  /** Another request of this cycle with the same event set was accepted. */
  siblingSucceeded?: boolean
  /** Requests in all; what is left then is untouched. The default is enough for 25 poison events in a thousand. */
  maxRequests?: number
  /** Answers in a row that leave the outcome open; each may cost a whole time-out. */
  maxUnknown?: number
}

/**
 * Sends a batch of `n` events and, if it is refused, finds the ones to blame by the index that the message names, else by
 * halving: about 2·log2(n) requests for each. `send` gets positions in the batch and never throws.
 *
 * When single events of two separate branches fail with one message and nothing has succeeded, the set is suspected
 * instead of the events: each segment still open is sent once, and if none succeeds it ends parked with nothing
 * rejected, after about 4·log2(n) requests. Fewer than 2·log2(n) poison events cannot spoil all those segments, so
 * they never look like a wrong set.
 */
export async function isolate(
  n: number,
  send: (indices: readonly number[]) => Promise<Verdict>,
  options: IsolateOptions = {},
): Promise<Isolation> {
  const { siblingSucceeded = false, maxRequests = 500, maxUnknown = 3 } = options
  const found = emptyIsolation()
  const open: Segment[] =
    n > 0 ? [{ indices: Array.from({ length: n }, (_, index) => index), doubt: null }] : []
  /** Refused alone, until it is clear whether anything succeeds. */
  const failed: (Judged & { doubt: Verdict | null })[] = []
  /** Refused while the set was suspected: halved only once the suspicion is gone. */
  const aside: Segment[] = []
  let last: Verdict | null = null
  let unknownInRow = 0
  let anyPartial = false
  let next: 'last' | 'largest' = 'last'

  while (found.stopped === null) {
    const success = siblingSucceeded || found.accepted.length > 0
    const suspected = success || anyPartial ? null : alike(failed)
    if (suspected === null) open.push(...aside.splice(0).flatMap(halves))
    if (open.length === 0) {
      if (suspected !== null) {
        found.stopped = { why: 'parked', verdict: { ...suspected, outcome: 'parked', remedy: CHECK_THE_SET } }
      }
      break
    }
    if (last !== null && (found.requests >= maxRequests || unknownInRow >= maxUnknown)) {
      found.stopped = { why: unknownInRow >= maxUnknown ? 'unknown' : 'requests', verdict: last }
      break
    }
    // A suspected set is cleared soonest by its smallest segment: it is the least likely to hold poison.
    const segment = take(open, suspected !== null ? 'smallest' : next)
    if (segment === undefined) break
    const alone = segment.indices.length === 1

    const verdict = await send(segment.indices)
    found.requests++
    last = verdict
    unknownInRow = verdict.outcome === 'unknown' ? unknownInRow + 1 : 0
    next = 'last'

    if (verdict.outcome === 'accepted') found.accepted.push(...segment.indices)
    else if (verdict.outcome === 'unknown') found.unknown.push(...judged(segment, verdict))
    else if (verdict.outcome === 'later' || verdict.outcome === 'parked') {
      open.push(segment)
      found.stopped = { why: verdict.outcome, verdict }
    } else if (verdict.outcome === 'partial') {
      anyPartial = true
      if (alone) found.partial.push(...judged(segment, verdict))
      else open.push(...halves({ ...segment, doubt: verdict }))
    } else {
      const named = verdict.failedIndex === null ? undefined : segment.indices[verdict.failedIndex]
      if (named !== undefined) {
        found.rejected.push({ index: named, verdict })
        const rest = segment.indices.filter((index) => index !== named)
        if (rest.length > 0) open.push({ ...segment, indices: rest })
      } else if (alone) {
        for (const one of judged(segment, verdict)) failed.push({ ...one, doubt: segment.doubt })
        // Until something succeeds, another branch tells most.
        if (!success) next = 'largest'
      } else if (suspected !== null) aside.push(segment)
      else open.push(...halves(segment))
    }
  }

  const guilty = siblingSucceeded || found.accepted.length > 0
  for (const { index, verdict, doubt } of failed) {
    if (guilty) found.rejected.push({ index, verdict })
    else if (doubt !== null) found.unknown.push({ index, verdict: doubt })
    else if (found.stopped?.why === 'parked') found.untouched.push(index)
    else found.suspects.push({ index, verdict })
  }
  for (const segment of [...open, ...aside]) {
    if (segment.doubt === null) found.untouched.push(...segment.indices)
    else found.unknown.push(...judged(segment, segment.doubt))
  }
  return found
}

const CHECK_THE_SET =
  'Check the event set id, its event names and the required fields of this connection: every event is refused alike.'

// The verdict that at least two single events share, if no other was seen. Two single events always stand in separate
// branches; different messages mean different faults of the events.
function alike(failed: readonly Judged[]): Verdict | null {
  const first = failed[0]?.verdict
  if (first === undefined || failed.length < 2) return null
  const same = failed.every(({ verdict }) => verdict.code === first.code && verdict.message === first.message)
  return same ? first : null
}

function judged(segment: Segment, verdict: Verdict): Judged[] {
  return segment.indices.map((index) => ({ index, verdict }))
}

function emptyIsolation(): Isolation {
  return {
    accepted: [],
    rejected: [],
    suspects: [],
    unknown: [],
    partial: [],
    untouched: [],
    stopped: null,
    requests: 0,
  }
}
