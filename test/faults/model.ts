import type { DeliveryState } from '../../core/model/delivery.ts'
import { DAY, HOUR, SECOND } from '../../core/model/time.ts'

/** TikTok forgets copies, and Closeback stops sending by itself, this long after the first. */
const FORGETS_MS = 48 * HOUR
const RETRY_MS = 46 * HOUR
const MAX_AGE_MS = 28 * DAY
const LEASE_MS = 60 * SECOND

/** What a push meets at TikTok. */
export type Answer = 'ok' | 'later' | 'lost' | 'kept' | 'poison'

/** One conversion, as far as anybody can see from outside. */
export interface Modelled {
  state: DeliveryState
  /** When the earliest attempt without an answer began. */
  since: number | null
  /** No automatic send from then on. */
  until: number
  occurredAt: number
  /** When the claim began that a crash interrupted. */
  claimedAt: number | null
  /** How often TikTok counted it, and since when it drops copies. */
  counted: number
  firstSeen: number | null
}

/** A ledger and TikTok on one sheet of paper: what must be true, told without tables, batches, leases or transactions. */
export interface Model {
  now: number
  /** Messages acknowledged and not yet read, oldest first. */
  unread: { record: string; occurredAt: number }[]
  byRecord: Map<string, Modelled>
}

/** Everything a cycle does before it sends: read, take back what a dead host held, end what is past its time. */
function beginCycle(model: Model) {
  for (const { record, occurredAt } of model.unread.splice(0)) {
    if (model.byRecord.has(record)) continue
    model.byRecord.set(record, {
      state: 'waiting',
      since: null,
      until: occurredAt + MAX_AGE_MS,
      occurredAt,
      claimedAt: null,
      counted: 0,
      firstSeen: null,
    })
  }
  for (const each of model.byRecord.values()) {
    if (each.claimedAt === null || each.claimedAt + LEASE_MS >= model.now) continue
    noteUnknown(each, each.claimedAt)
    each.state = 'waiting'
    each.claimedAt = null
  }
  expire(model)
}

function expire(model: Model) {
  for (const each of model.byRecord.values()) {
    if (each.state !== 'waiting' || each.until > model.now) continue
    each.state = each.since === null ? 'too_old' : 'uncertain'
  }
}

function noteUnknown(each: Modelled, began: number) {
  each.since ??= began
  each.until = Math.min(each.until, each.since + RETRY_MS)
}

function seenByTikTok(each: Modelled, now: number) {
  if (each.firstSeen !== null && now - each.firstSeen <= FORGETS_MS) return
  each.counted += 1
  each.firstSeen = now
}

/** A whole cycle that sends everything that waits, in one batch; `poisoned` is the one that TikTok refuses. */
export function push(model: Model, answer: Answer, poisoned: string | null) {
  beginCycle(model)
  for (const [record, each] of model.byRecord) {
    if (each.state !== 'waiting') continue
    if (answer === 'lost' || answer === 'kept') noteUnknown(each, model.now)
    if (answer === 'kept') seenByTikTok(each, model.now)
    if (answer === 'poison' && record === poisoned) each.state = 'rejected'
    else if (answer === 'ok' || answer === 'poison') {
      each.state = 'accepted'
      seenByTikTok(each, model.now)
    }
  }
  expire(model)
}

/** A cycle that ends with the host's death, before its request left or after TikTok took it. */
export function crash(model: Model, when: 'before' | 'after') {
  beginCycle(model)
  for (const each of model.byRecord.values()) {
    if (each.state !== 'waiting') continue
    each.state = 'in_flight'
    each.claimedAt = model.now
    if (when === 'after') seenByTikTok(each, model.now)
  }
}

/** A person sends it again; false when that is refused. */
export function requeue(model: Model, each: Modelled, mayDouble: boolean): boolean {
  if (each.state === 'waiting') return true
  if (each.state === 'in_flight' || each.state === 'accepted') return false
  if (each.since !== null && !mayDouble) return false
  each.state = 'waiting'
  each.since = null
  each.until = Math.max(each.occurredAt + MAX_AGE_MS, model.now + DAY)
  return true
}

/** A person ends it; false when that is refused. */
export function resolve(each: Modelled, to: 'accepted' | 'drop'): boolean {
  const mayDrop = each.state === 'uncertain' || (each.state === 'waiting' && each.since === null)
  if (to === 'accepted' ? each.state !== 'uncertain' : !mayDrop) return false
  if (to === 'accepted') each.state = 'accepted'
  else each.state = each.state === 'uncertain' ? 'rejected' : 'cancelled'
  return true
}
