import { type DealRow, dealById, findTwin, lockNames, saveDeals } from '../ledger/deals.ts'
import { deliveriesOf } from '../ledger/deliveries.ts'
import type { Db } from '../ledger/ledger.ts'
import type { RecordRef } from '../model/record.ts'
import type { ActiveSource, Settings } from './settings.ts'

/**
 * The same deal in two CRMs that sync: `dealKey` names the field that holds the other system's id. Both records
 * share the identity of the first seen, so that a milestone fires once. A record that already sent something keeps
 * its own identity and lends it to the other.
 */
export async function settleOrigin(tx: Db, settings: Settings, deal: DealRow): Promise<void> {
  if (!knowsTwins(settings) || deal.originId !== deal.id) return
  const twin = await findTwin(tx, deal)
  if (twin) await lendOrigin(tx, deal, twin)
}

/** Reads which record of another source is the same deal, and makes hosts that settle the two at one moment take turns. */
export async function linkTwins(
  tx: Db,
  settings: Settings,
  { source }: ActiveSource,
  deals: Iterable<DealRow>,
): Promise<void> {
  if (!knowsTwins(settings)) return
  const names: string[] = []
  for (const deal of deals) {
    const field = source.dealKey === undefined ? undefined : deal.known[`field:${source.dealKey}`]
    deal.link = typeof field?.[0] === 'string' && field[0] !== '' ? field[0] : deal.link
    names.push(deal.record.id, ...(deal.link === null ? [] : [deal.link]))
  }
  await lockNames(tx, names)
}

function knowsTwins({ workspace }: Settings): boolean {
  return workspace.sources.some(({ dealKey }) => dealKey !== undefined)
}

/** Records that a CRM merged are one deal: they share one identity, the first seen's, as twins in two CRMs do. */
export async function shareOrigin(tx: Db, deal: DealRow, merged: DealRow): Promise<void> {
  if (deal.originId === merged.originId) return
  const [first, later] = deal.id < merged.id ? [deal, merged] : [merged, deal]
  await lendOrigin(tx, later, first)
  await saveDeals(tx, [later])
}

/** `deal` takes the identity of `other`, or lends its own where it sent something and `other` did not; two that both did keep theirs. */
async function lendOrigin(tx: Db, deal: DealRow, other: DealRow): Promise<void> {
  if (deal.originId !== deal.id || other.originId === deal.id) return
  const [own, others] = await Promise.all([deliveriesOf(tx, [deal.id]), deliveriesOf(tx, [other.id])])
  if (own.length === 0) deal.originId = other.originId
  else if (others.length === 0) await saveDeals(tx, [{ ...other, originId: deal.id }])
}

/** The record whose identity this deal's conversions are counted under. */
export async function originOf(
  tx: Db,
  settings: Settings,
  deal: DealRow,
): Promise<{ sourceUid: string; record: RecordRef }> {
  const origin = deal.originId === deal.id ? deal : ((await dealById(tx, deal.originId)) ?? deal)
  const uid = settings.uids.get(origin.sourceId)
  if (uid === undefined) throw new Error(`the ledger does not know the source ${origin.sourceId}`)
  return { sourceUid: uid, record: origin.record }
}
