import { isHydrated, recordOf, type Said } from '../adapter.ts'
import type { HashOptions } from '../identity/hash-identity.ts'
import { addTouchpoints, type DealRow, lockDeals } from '../ledger/deals.ts'
import { heldOf } from '../ledger/deliveries.ts'
import { addReasons, addStageChanges } from '../ledger/stage-changes.ts'
import { isErased } from '../model/forgotten.ts'
import { canonicalJson, type JsonValue } from '../model/json.ts'
import type { RecordRef } from '../model/record.ts'
import { linkVisits } from './collect.ts'
import { contentDigest } from './content-digest.ts'
import { lendFormClicks } from './form-clicks.ts'
import { type EnqueueContext, mapChanges } from './map-changes.ts'
import { mergeDeals } from './merge-deals.ts'
import { shareOrigin } from './origin.ts'
import { releaseHeld } from './release.ts'

/**
 * Everything that follows from what a source said, in the caller's one transaction: the Deal as known now, its new
 * stage changes, and for each of them deliveries or the reasons why not. May run twice on the same input; the second
 * time changes nothing. Returns the tickets about persons who asked to be forgotten.
 */
export async function enqueue(
  ctx: EnqueueContext,
  said: readonly Said[],
  identityOptions: HashOptions,
): Promise<Set<string>> {
  const { tx, active, now } = ctx
  const sourceId = active.source.id
  const named = said.flatMap((each) => [recordOf(each), ...mergedOf(each)])
  const records = new Map(named.map((record) => [nameOf(record), record]))
  const deals = new Map<string, DealRow>()
  for (const deal of await lockDeals(tx, sourceId, [...records.values()], now)) {
    deals.set(nameOf(deal.record), deal)
  }
  const dealOf = (each: Said) => deals.get(nameOf(recordOf(each))) as DealRow

  await mergeDeals(ctx, said, dealOf, identityOptions)
  for (const each of said) {
    const merged = mergedOf(each).map((record) => deals.get(nameOf(record)) as DealRow)
    for (const deal of merged) await shareOrigin(tx, dealOf(each), deal)
  }
  await addTouchpoints(
    tx,
    said.flatMap((each) =>
      (isErased(dealOf(each).known) ? [] : each.touchpoints).map((touchpoint) => ({
        dealId: dealOf(each).id,
        digest: contentDigest(canonicalJson(touchpoint as unknown as JsonValue)),
        touchpoint,
      })),
    ),
  )
  const learned = active.adapter.lendsFormClicks ? await lendFormClicks(tx, [...deals.values()]) : []
  if (ctx.settings.workspace.capture) await linkVisits(tx, [...deals.values()])
  const entered = said.filter(isHydrated)
  const changes = entered.map((each) => ({ sourceId, dealId: dealOf(each).id, change: each.change }))
  const added = await addStageChanges(tx, changes, now)
  const seen = new Set<string>()
  const fresh = entered.filter(({ change }) => {
    const first = !seen.has(change.key)
    seen.add(change.key)
    return first && added.has(change.key)
  })
  const mappable = fresh.map((each) => ({
    id: added.get(each.change.key) as number,
    deal: dealOf(each),
    change: each.change,
  }))
  const { reasons, refused } = await mapChanges(ctx, mappable)
  await addReasons(tx, [...reasons, ...refused])

  const touched = [...deals.values(), ...learned].map((deal) => deal.id)
  const held = await heldOf(tx, touched)
  const isNew = new Set(added.values())
  await releaseHeld(
    ctx,
    held.filter((row) => !isNew.has(row.stage_change_id)),
  )
  const erased = said.filter((each) => isErased(dealOf(each).known))
  return new Set(erased.map(({ ticket }) => ticket))
}

function mergedOf(each: Said): RecordRef[] {
  if (isHydrated(each)) return []
  return (each.mergedIds ?? []).map((id) => ({ type: each.record.type, id }))
}

function nameOf({ type, id }: { type: string; id: string }): string {
  return `${type}\n${id}`
}
