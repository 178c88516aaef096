import type { Hydrated } from '../adapter.ts'
import { type HashOptions, hashIdentity } from '../identity/hash-identity.ts'
import { addTouchpoints, type DealRow, lockDeals, saveDeals } from '../ledger/deals.ts'
import { heldOf } from '../ledger/deliveries.ts'
import { addReasons, addStageChanges } from '../ledger/stage-changes.ts'
import { canonicalJson, type JsonValue } from '../model/json.ts'
import { mergeKnown, stamp } from '../model/known.ts'
import { contentDigest } from './content-digest.ts'
import { type EnqueueContext, mapChanges } from './map-changes.ts'
import { settleOrigin } from './origin.ts'
import { releaseHeld } from './release.ts'

/**
 * Everything that follows from what a source said, in the caller's one transaction: the Deal as known now, its new
 * stage changes, and for each of them deliveries or the reasons why not. May run twice on the same input; the second
 * time changes nothing.
 */
export async function enqueue(ctx: EnqueueContext, said: readonly Hydrated[], identityOptions: HashOptions) {
  const { tx, active, now } = ctx
  const sourceId = active.source.id
  const records = new Map(said.map(({ change }) => [nameOf(change.record), change.record]))
  const deals = new Map<string, DealRow>()
  for (const deal of await lockDeals(tx, sourceId, [...records.values()], now)) {
    deals.set(nameOf(deal.record), deal)
  }
  const dealOf = ({ change }: Hydrated) => deals.get(nameOf(change.record)) as DealRow

  await mergeDeals(ctx, said, dealOf, identityOptions)
  await addTouchpoints(
    tx,
    said.flatMap((each) =>
      each.touchpoints.map((touchpoint) => ({
        dealId: dealOf(each).id,
        digest: contentDigest(canonicalJson(touchpoint as unknown as JsonValue)),
        touchpoint,
      })),
    ),
  )
  const changes = said.map((each) => ({ sourceId, dealId: dealOf(each).id, change: each.change }))
  const added = await addStageChanges(tx, changes, now)
  const seen = new Set<string>()
  const fresh = said.filter(({ change }) => {
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

  const touched = [...deals.values()].map((deal) => deal.id)
  const held = await heldOf(tx, touched)
  const isNew = new Set(added.values())
  await releaseHeld(
    ctx,
    held.filter((row) => !isNew.has(row.stage_change_id)),
  )
}

function nameOf({ type, id }: { type: string; id: string }): string {
  return `${type}\n${id}`
}

async function mergeDeals(
  { tx, settings, active }: EnqueueContext,
  said: readonly Hydrated[],
  dealOf: (each: Hydrated) => DealRow,
  identityOptions: HashOptions,
) {
  const before = new Map<DealRow, string>()
  for (const each of said) {
    const deal = dealOf(each)
    if (!before.has(deal)) before.set(deal, JSON.stringify([deal.known, deal.link, deal.originId]))
    const { change, facts, asOf, identity } = each
    const hashed = identity?.kind === 'raw' ? hashIdentity(identity, identityOptions) : identity
    deal.known = mergeKnown(deal.known, stamp(facts, hashed, null, asOf, change.key))
    const stage = { pipeline: change.pipeline, stage: change.stage, milestone: change.milestone }
    deal.known = mergeKnown(deal.known, { stage: [stage, change.occurredAt, change.key] })
  }
  for (const deal of before.keys()) await settleOrigin(tx, settings, active, deal)
  const changed = [...before].filter(
    ([deal, was]) => JSON.stringify([deal.known, deal.link, deal.originId]) !== was,
  )
  await saveDeals(
    tx,
    changed.map(([deal]) => deal),
  )
}
