import type { BookGroup } from '../../model/book.ts'
import type { Reason } from '../../model/delivery.ts'
import { BUCKETS, type Bucket } from '../../model/reconciliation.ts'
import { type Exchange, NOTHING, plus, type Sum, worth } from './sum.ts'

export interface FilledBucket {
  bucket: Bucket
  sum: Sum
  groups: readonly BookGroup[]
}

/** Reasons with a bucket of their own; the others are `not_sendable` and named inside. */
const OWN: ReadonlySet<Reason> = new Set<Reason>([
  'suppressed',
  'before_start',
  'no_rule',
  'not_tiktok',
  'no_match_key',
])

/** The one bucket a deal belongs to. */
export function bucketOf({ state, seen, reason }: Pick<BookGroup, 'state' | 'seen' | 'reason'>): Bucket {
  if (state === 'in_flight') return 'waiting'
  if (state !== null) return state
  if (!seen) return 'not_seen'
  // Seen, and nothing was ever said about this event: no rule asked for it.
  if (reason === null) return 'no_rule'
  return OWN.has(reason) ? (reason as Bucket) : 'not_sendable'
}

/** What stands inside a bucket: a code, what is missing, a reason. */
export function detailOf(group: BookGroup): string {
  return bucketOf(group) === 'not_sendable' ? (group.reason ?? '') : group.detail
}

/** Every bucket in its order, empty ones too. Their sums add up to the book, because each deal is in exactly one. */
export function fillBuckets(groups: readonly BookGroup[], exchange: Exchange): FilledBucket[] {
  const byBucket = Map.groupBy(groups, bucketOf)
  return BUCKETS.map((bucket) => {
    const inside = byBucket.get(bucket) ?? []
    return { bucket, sum: sumOf(inside, exchange), groups: inside }
  })
}

/** What the CRM says the deals of these groups are worth. */
export function sumOf(groups: readonly BookGroup[], exchange: Exchange): Sum {
  return groups.reduce((sum, { book, count }) => plus(sum, worth(book, count, exchange)), NOTHING)
}

/** A bucket's deals by one of their attributes, the largest first. */
export function splitBy(
  groups: readonly BookGroup[],
  attribute: (group: BookGroup) => string,
  exchange: Exchange,
): { name: string; sum: Sum }[] {
  return [...Map.groupBy(groups, attribute)]
    .map(([name, inside]) => ({ name, sum: sumOf(inside, exchange) }))
    .sort((a, b) => b.sum.count - a.sum.count || (a.name < b.name ? -1 : 1))
}
