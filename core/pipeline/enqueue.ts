import type { Hydrated } from '../adapter.ts'
import { type HashOptions, hashIdentity } from '../identity/hash-identity.ts'
import { emptyHashedIdentity } from '../identity/identity.ts'
import { addTouchpoints, type DealRow, lockDeals, saveDeals } from '../ledger/deals.ts'
import { addDeliveries, heldOf, routesOf, slotOf } from '../ledger/deliveries.ts'
import type { Db } from '../ledger/ledger.ts'
import { addReasons, addStageChanges, type ReasonRow } from '../ledger/stage-changes.ts'
import type { MappedDelivery } from '../mapping/mapped.ts'
import { canonicalJson, type JsonValue } from '../model/json.ts'
import { factsOf, identityOf, mergeKnown, stamp } from '../model/known.ts'
import { contentDigest } from './content-digest.ts'
import { type Belongs, freeze, reasonRow, withDerivedId } from './freeze.ts'
import { originOf, settleOrigin } from './origin.ts'
import { holdIfLookalike } from './possible-duplicate.ts'
import { releaseHeld } from './release.ts'
import type { ActiveSource, Settings } from './settings.ts'

export interface EnqueueContext {
  tx: Db
  settings: Settings
  active: ActiveSource
  /** Epoch ms. */
  now: number
}

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
  await mapChanges(ctx, fresh, dealOf, added)

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

async function mapChanges(
  ctx: EnqueueContext,
  fresh: readonly Hydrated[],
  dealOf: (each: Hydrated) => DealRow,
  ids: ReadonlyMap<string, number>,
) {
  const { tx, settings, active, now } = ctx
  const routes = await routesOf(tx, [...new Set(fresh.map((each) => dealOf(each).id))])
  const deliveries: { mapped: MappedDelivery; belongs: Belongs }[] = []
  const reasons: ReasonRow[] = []
  for (const each of fresh) {
    const deal = dealOf(each)
    const stageChangeId = ids.get(each.change.key) as number
    const mapped = settings.mapper.map({
      source: { ...active.row, leadEventSource: active.adapter.leadEventSource },
      origin: await originOf(tx, settings, deal),
      change: each.change,
      facts: factsOf(deal.known),
      identity: identityOf(deal.known) ?? emptyHashedIdentity(),
      routes: routes.get(deal.id) ?? new Map(),
      suppressed: false,
      now,
    })
    const belongs = { stageChangeId, dealId: deal.id, originId: deal.originId, sourceId: active.source.id }
    for (const entry of mapped) {
      if (entry.kind === 'reason') reasons.push(reasonRow(stageChangeId, entry))
      else deliveries.push({ mapped: await holdIfLookalike(ctx, deal, each.change, entry), belongs })
    }
  }
  for (const { mapped, belongs } of await insert(ctx, deliveries)) {
    reasons.push({
      stageChangeId: belongs.stageChangeId,
      ruleId: mapped.ruleId,
      connectionId: mapped.connectionId,
      reason: 'repeated',
      detail: 'This milestone of this deal was already counted; it fires once.',
    })
  }
  await addReasons(tx, reasons)
}

type Candidate = { mapped: MappedDelivery; belongs: Belongs }

/** Inserts deliveries; a browser id that is taken gives way to the derived one. Returns what was counted already. */
async function insert(ctx: EnqueueContext, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const refused = await insertOnce(ctx, candidates)
  const second = refused.filter(({ mapped }) => mapped.browserEventId)
  if (second.length === 0) return refused
  const again = await insertOnce(
    ctx,
    second.map(({ mapped, belongs }) => ({ mapped: withDerivedId(mapped), belongs })),
  )
  return [...refused.filter(({ mapped }) => !mapped.browserEventId), ...again]
}

async function insertOnce({ tx, settings, now }: EnqueueContext, candidates: readonly Candidate[]) {
  const rows = candidates.map(({ mapped, belongs }) => {
    const connection = settings.connections.get(mapped.connectionId)
    if (!connection) throw new Error(`mapping named an unknown connection: ${mapped.connectionId}`)
    return freeze(mapped, belongs, connection)
  })
  const inserted = await addDeliveries(tx, rows, now)
  const done = new Set<string>()
  return candidates.filter((_, index) => {
    const slot = slotOf(rows[index] as (typeof rows)[number])
    if (!inserted.has(slot) || done.has(slot)) return true
    done.add(slot)
    return false
  })
}
