import { isHydrated, type Said } from '../adapter.ts'
import { type HashOptions, hashIdentity } from '../identity/hash-identity.ts'
import { type DealRow, saveDeals } from '../ledger/deals.ts'
import { eraseDeals } from '../ledger/erase.ts'
import { hashesOf, indexIdentities, suppressedAmong } from '../ledger/suppressions.ts'
import { factsWithoutPerson, forgetPerson, isErased } from '../model/forgotten.ts'
import { type Known, mergeKnown, stamp } from '../model/known.ts'
import type { StageChange } from '../model/record.ts'
import type { EnqueueContext } from './map-changes.ts'
import { linkTwins, settleOrigin } from './origin.ts'

/**
 * Puts what was said into the deals, and notes on which deals a person was seen. Of persons on the suppression list
 * nothing is kept, and their deals are marked for ever.
 */
export async function mergeDeals(
  { tx, settings, active, now }: EnqueueContext,
  said: readonly Said[],
  dealOf: (each: Said) => DealRow,
  identityOptions: HashOptions,
): Promise<void> {
  const identities = said.map(({ identity }) =>
    identity?.kind === 'raw' ? hashIdentity(identity, identityOptions) : identity,
  )
  const suppressed = await suppressedAmong(tx, identities.flatMap(hashesOf))
  const before = new Map<DealRow, string>()
  const seen: { hash: string; dealId: number }[] = []
  const linked = new Set<number>()
  said.forEach((each, index) => {
    const deal = dealOf(each)
    const { facts, asOf } = each
    const key = keyOf(each)
    const identity = identities[index] ?? null
    if (!before.has(deal)) before.set(deal, JSON.stringify([deal.known, deal.link, deal.originId]))
    const hashes = hashesOf(identity)
    if (identity?.suppressed || hashes.some((hash) => suppressed.has(hash))) {
      if (mayNamePerson(deal.known)) linked.add(deal.id)
      deal.known = forgetPerson(deal.known, now)
    }
    const erased = isErased(deal.known)
    if (!erased) for (const hash of hashes) seen.push({ hash, dealId: deal.id })
    const kept = erased ? stamp(factsWithoutPerson(facts), null, null, asOf, key) : null
    deal.known = mergeKnown(deal.known, kept ?? stamp(facts, identity, null, asOf, key))
    if (!isHydrated(each)) return
    const { change } = each
    if (change.aside) return
    const stage = { pipeline: change.pipeline, stage: change.stage, milestone: change.milestone }
    deal.known = mergeKnown(deal.known, { stage: [stage, change.occurredAt, stageKeyOf(change)] })
  })
  await indexIdentities(tx, seen)
  // Somebody on the list turned up on a deal that is known already: what was kept of it goes too.
  if (linked.size > 0) await eraseDeals(tx, [...linked], now)
  await linkTwins(tx, settings, active, before.keys())
  for (const deal of before.keys()) await settleOrigin(tx, settings, deal)
  const changed = [...before].filter(
    ([deal, was]) => JSON.stringify([deal.known, deal.link, deal.originId]) !== was,
  )
  await saveDeals(
    tx,
    changed.map(([deal]) => deal),
  )
}

/** Breaks ties between facts of one moment. */
function keyOf(each: Said): string {
  return isHydrated(each) ? each.change.key : each.ticket
}

/** Of two stages entered in one moment the CRM's history tells the later one: its ids grow, and a creation has none. */
function stageKeyOf({ historyId, key }: StageChange): string {
  return `${historyId ?? ''}\n${key}`
}

/** Whether an earlier message may have left something of a person. */
function mayNamePerson(known: Known): boolean {
  return !isErased(known) && Object.keys(known).length > 0
}
