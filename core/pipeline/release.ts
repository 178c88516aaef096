import { emptyHashedIdentity } from '../identity/identity.ts'
import { dealsById } from '../ledger/deals.ts'
import {
  type DeliveryRow,
  heldPage,
  type NewDelivery,
  refreezeHeld,
  removeHeld,
  routesOf,
} from '../ledger/deliveries.ts'
import type { Db } from '../ledger/ledger.ts'
import { addReasons, stageChangesById } from '../ledger/stage-changes.ts'
import type { Mapped, RemapOptions } from '../mapping/mapped.ts'
import { isErased } from '../model/forgotten.ts'
import { factsOf, identityOf } from '../model/known.ts'
import type { Pipeline } from './context.ts'
import { freeze, reasonRow, withDerivedId } from './freeze.ts'
import { originOf } from './origin.ts'
import { holdIfLookalike } from './possible-duplicate.ts'
import type { Settings } from './settings.ts'

interface ReleaseContext {
  tx: Db
  settings: Settings
  /** Epoch ms. */
  now: number
}

/** Held deliveries looked at per transaction. */
const PAGE = 200

/** Looks at held deliveries again: each stays held, starts to wait, or turns into a reason. */
export async function releaseHeld(
  ctx: ReleaseContext,
  held: readonly DeliveryRow[],
  how: RemapOptions = {},
): Promise<void> {
  if (held.length === 0) return
  const { tx, now } = ctx
  const dealIds = [...new Set(held.map((row) => row.deal_id))]
  const deals = new Map((await dealsById(tx, dealIds)).map((deal) => [deal.id, deal]))
  const changes = await stageChangesById(tx, [...new Set(held.map((row) => row.stage_change_id))])
  const changeById = new Map(changes.map((row) => [row.id, row.change]))
  const routes = await routesOf(tx, dealIds)
  for (const row of held) {
    const deal = deals.get(row.deal_id)
    const change = changeById.get(row.stage_change_id)
    const active = ctx.settings.sources.get(row.source_id)
    if (!deal || !change || !active) continue
    const expired = how.expired === true || (row.next_at !== null && row.next_at <= now)
    let mapped = ctx.settings.mapper.remap(
      row.rule_id,
      row.connection_id,
      {
        source: { ...active.row, leadEventSource: active.adapter.leadEventSource },
        origin: await originOf(tx, ctx.settings, deal),
        change,
        facts: factsOf(deal.known),
        identity: identityOf(deal.known) ?? emptyHashedIdentity(),
        routes: routes.get(deal.id) ?? new Map(),
        suppressed: isErased(deal.known),
        now,
      },
      { ...how, expired },
    )
    if (mapped?.kind === 'delivery' && !how.sendAnyway)
      mapped = await holdIfLookalike(ctx, deal, change, mapped)
    await apply(ctx, row, mapped)
  }
}

async function apply(ctx: ReleaseContext, row: DeliveryRow, mapped: Mapped | null): Promise<void> {
  const { tx, settings, now } = ctx
  if (!mapped) return
  if (mapped.kind === 'reason') {
    await removeHeld(tx, row.id)
    await addReasons(tx, [reasonRow(row.stage_change_id, mapped)])
    return
  }
  const connection = settings.connections.get(row.connection_id)
  if (!connection) return
  const belongs = {
    stageChangeId: row.stage_change_id,
    dealId: row.deal_id,
    originId: row.origin_id,
    sourceId: row.source_id,
  }
  const keepTimer = (delivery: NewDelivery): NewDelivery =>
    delivery.hold && delivery.hold.reason === row.hold_reason
      ? { ...delivery, hold: { ...delivery.hold, until: row.next_at } }
      : delivery
  if (await refreezeHeld(tx, row.id, keepTimer(freeze(mapped, belongs, connection, settings.restored)), now))
    return
  const derived =
    mapped.browserEventId && freeze(withDerivedId(mapped), belongs, connection, settings.restored)
  if (derived && (await refreezeHeld(tx, row.id, keepTimer(derived), now))) return
  await removeHeld(tx, row.id)
  const detail = 'Another delivery carries this event already; it fires once.'
  await addReasons(tx, [
    {
      stageChangeId: row.stage_change_id,
      ruleId: row.rule_id,
      connectionId: row.connection_id,
      reason: 'repeated',
      detail,
    },
  ])
}

/**
 * Goes through the held deliveries whose timer has run out, or through all of them after the workspace changed.
 * Bounded by the ids there are when it starts.
 */
export async function releaseDue(pipeline: Pipeline, scope: 'due' | 'all'): Promise<void> {
  const { ledger } = pipeline
  const settings = await pipeline.settings()
  for (let afterId = 0; ; ) {
    const now = ledger.now()
    const page = await ledger.transaction(async (tx) => {
      const held = await heldPage(tx, { until: scope === 'due' ? now : null, afterId, limit: PAGE })
      await releaseHeld({ tx, settings, now }, held)
      return held
    })
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    afterId = last.id
  }
}
