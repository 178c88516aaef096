import { emptyHashedIdentity } from '../../identity/identity.ts'
import type { PastDelivery } from '../../ledger/history.ts'
import type { MappingFacts } from '../../mapping/mapped.ts'
import type { Route } from '../../model/delivery.ts'
import { isErased } from '../../model/forgotten.ts'
import { factsOf, identityOf, type Known } from '../../model/known.ts'
import type { RecordRef, StageChange } from '../../model/record.ts'
import type { ActiveSource, Settings } from '../settings.ts'

/** A stage change of the past and everything that mapping it takes, read and not written. */
export interface PastChange {
  /** Its id in the ledger; `null` while only the CRM has it. */
  stageChangeId: number | null
  record: RecordRef
  /** When Closeback first saw it, epoch ms. */
  seenAt: number
  facts: MappingFacts
  /** Another stage change may ask for the same conversion. */
  mayRepeat: boolean
  /** Every delivery counted under the same deal, oldest first. */
  deliveries: readonly PastDelivery[]
}

export interface PastParts {
  stageChangeId: number | null
  seenAt: number
  /** `null` while the ledger does not know the deal. */
  dealId: number | null
  known: Known
  origin: { sourceId: string; record: RecordRef }
  change: StageChange
  mayRepeat: boolean
  deliveries: readonly PastDelivery[]
}

/** Puts together what the mapper needs. */
export function toPastChange(
  settings: Settings,
  active: ActiveSource,
  now: number,
  parts: PastParts,
): PastChange {
  const { stageChangeId, seenAt, dealId, known, origin, change, mayRepeat, deliveries } = parts
  const uid = settings.uids.get(origin.sourceId)
  if (uid === undefined) throw new Error(`the ledger does not know the source ${origin.sourceId}`)
  return {
    stageChangeId,
    record: change.record,
    seenAt,
    mayRepeat,
    deliveries,
    facts: {
      source: { ...active.row, leadEventSource: active.adapter.leadEventSource },
      origin: { sourceUid: uid, record: origin.record },
      change,
      facts: factsOf(known),
      identity: identityOf(known) ?? emptyHashedIdentity(),
      routes: routesAmong(deliveries, dealId),
      suppressed: isErased(known),
      now,
    },
  }
}

const NO_ROUTES: ReadonlyMap<string, Route> = new Map()

/** As `routesOf` reads them: the route of the deal's first conversion that was not only held. */
function routesAmong(deliveries: readonly PastDelivery[], dealId: number | null): ReadonlyMap<string, Route> {
  if (deliveries.length === 0) return NO_ROUTES
  const routes = new Map<string, Route>()
  for (const delivery of deliveries) {
    if (delivery.deal_id !== dealId || delivery.state === 'held') continue
    if (!routes.has(delivery.connection_id)) routes.set(delivery.connection_id, delivery.event_source)
  }
  return routes
}
