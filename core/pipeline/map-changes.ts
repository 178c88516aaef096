import { emptyHashedIdentity } from '../identity/identity.ts'
import type { DealRow } from '../ledger/deals.ts'
import { addDeliveries, routesOf, slotOf } from '../ledger/deliveries.ts'
import type { Db } from '../ledger/ledger.ts'
import type { ReasonRow } from '../ledger/stage-changes.ts'
import type { MapOptions, Mapped, MappedDelivery } from '../mapping/mapped.ts'
import { isErased } from '../model/forgotten.ts'
import { factsOf, identityOf } from '../model/known.ts'
import type { StageChange } from '../model/record.ts'
import { type Belongs, freeze, reasonRow, withDerivedId } from './freeze.ts'
import { originOf } from './origin.ts'
import { holdIfLookalike } from './possible-duplicate.ts'
import type { ActiveSource, Settings } from './settings.ts'

export interface EnqueueContext {
  tx: Db
  settings: Settings
  active: ActiveSource
  /** Epoch ms. */
  now: number
}

/** A stage change that is in the ledger, and the deal it belongs to, locked by this transaction. */
export interface Mappable {
  /** Its id in the ledger. */
  id: number
  deal: DealRow
  change: StageChange
}

export interface MapChoice<Each extends Mappable> {
  how(each: Each): MapOptions
  /** Which entries count; the others are as if the rules had not said them. */
  takes(each: Each, entry: Mapped): boolean
}

export interface MappedChanges {
  /** What went in as deliveries. */
  inserted: Candidate[]
  /** Why the others did not, as the rules say. */
  reasons: ReasonRow[]
  /** `repeated`: what a unique key refused. */
  refused: ReasonRow[]
}

/** Maps stage changes and inserts what comes of them as deliveries, in the caller's transaction. Writes no reasons. */
export async function mapChanges<Each extends Mappable>(
  ctx: EnqueueContext,
  changes: readonly Each[],
  choice: MapChoice<Each> = { how: () => ({}), takes: () => true },
): Promise<MappedChanges> {
  const { tx, settings, active, now } = ctx
  const routes = await routesOf(tx, [...new Set(changes.map((each) => each.deal.id))])
  const candidates: Candidate[] = []
  const reasons: ReasonRow[] = []
  for (const each of changes) {
    const { id, deal, change } = each
    const mapped = settings.mapper.map(
      {
        source: { ...active.row, leadEventSource: active.adapter.leadEventSource },
        origin: await originOf(tx, settings, deal),
        change,
        facts: factsOf(deal.known),
        identity: identityOf(deal.known) ?? emptyHashedIdentity(),
        routes: routes.get(deal.id) ?? new Map(),
        suppressed: isErased(deal.known),
        now,
      },
      choice.how(each),
    )
    const belongs = {
      stageChangeId: id,
      dealId: deal.id,
      originId: deal.originId,
      sourceId: active.source.id,
    }
    for (const entry of mapped) {
      if (!choice.takes(each, entry)) continue
      if (entry.kind === 'reason') reasons.push(reasonRow(id, entry))
      else candidates.push({ mapped: await holdIfLookalike(ctx, deal, change, entry), belongs })
    }
  }
  const repeated = new Set(await insert(ctx, candidates))
  return {
    inserted: candidates.filter((candidate) => !repeated.has(candidate)),
    reasons,
    refused: [...repeated].map(({ mapped, belongs }) => ({
      stageChangeId: belongs.stageChangeId,
      ruleId: mapped.ruleId,
      connectionId: mapped.connectionId,
      reason: 'repeated',
      detail: 'This milestone of this deal was already counted; it fires once.',
    })),
  }
}

interface Candidate {
  mapped: MappedDelivery
  belongs: Belongs
}

/** Inserts deliveries; a browser id that is taken gives way to the derived one. Returns what was counted already. */
async function insert(ctx: EnqueueContext, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const refused = await insertOnce(ctx, candidates)
  const second = refused.filter(({ mapped }) => mapped.browserEventId)
  if (second.length === 0) return refused
  const derived = new Map(
    second.map((each) => [{ mapped: withDerivedId(each.mapped), belongs: each.belongs }, each]),
  )
  const again = await insertOnce(ctx, [...derived.keys()])
  return [
    ...refused.filter(({ mapped }) => !mapped.browserEventId),
    ...again.map((each) => derived.get(each) as Candidate),
  ]
}

async function insertOnce({ tx, settings, now }: EnqueueContext, candidates: readonly Candidate[]) {
  const rows = candidates.map(({ mapped, belongs }) => {
    const connection = settings.connections.get(mapped.connectionId)
    if (!connection) throw new Error(`mapping named an unknown connection: ${mapped.connectionId}`)
    return freeze(mapped, belongs, connection, settings.restored)
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
