import { type DealRow, lockDealsById, saveDeals } from '../ledger/deals.ts'
import type { Db } from '../ledger/ledger.ts'
import { dealsSeenWith, hashesOf } from '../ledger/suppressions.ts'
import { isErased } from '../model/forgotten.ts'
import { identityOf, lentBy, mergeKnown } from '../model/known.ts'

/** The record type of a form. */
const FORM = 'form'

/**
 * Lends what forms know of the click to the records of the same person in the same source, whichever came first. Returns
 * the records that learned something and were not among those given.
 */
export async function lendFormClicks(tx: Db, given: readonly DealRow[]): Promise<DealRow[]> {
  const hashes = new Set(given.flatMap(hashesIn))
  if (hashes.size === 0) return []
  const ids = new Set(given.map(({ id }) => id))
  const seen = await dealsSeenWith(tx, [...hashes])
  const others = seen.filter(
    (deal) =>
      !ids.has(deal.id) &&
      deal.sourceId === given[0]?.sourceId &&
      hashesIn(deal).some((hash) => hashes.has(hash)),
  )
  const all = [
    ...given,
    ...(await lockDealsById(
      tx,
      others.map(({ id }) => id),
    )),
  ]
  const forms = all.filter(({ record }) => record.type === FORM)
  const changed = all.filter((deal) => deal.record.type !== FORM && learns(deal, forms))
  await saveDeals(tx, changed)
  return changed.filter(({ id }) => !ids.has(id))
}

function learns(deal: DealRow, forms: readonly DealRow[]): boolean {
  const own = hashesIn(deal)
  const before = JSON.stringify(deal.known)
  for (const form of forms) {
    if (hashesIn(form).some((hash) => own.includes(hash)))
      deal.known = mergeKnown(deal.known, lentBy(form.known))
  }
  return JSON.stringify(deal.known) !== before
}

function hashesIn({ known }: DealRow): string[] {
  return isErased(known) ? [] : hashesOf(identityOf(known))
}
