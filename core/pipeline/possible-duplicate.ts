import type { HashedIdentity } from '../identity/identity.ts'
import { type DealRow, dealsById } from '../ledger/deals.ts'
import type { Db } from '../ledger/ledger.ts'
import { lookalikes } from '../ledger/lookalikes.ts'
import type { MappedDelivery } from '../mapping/mapped.ts'
import { identityOf } from '../model/known.ts'
import type { StageChange } from '../model/record.ts'
import { HOUR } from '../model/time.ts'
import type { Settings } from './settings.ts'

/** Two systems that note the same sale rarely do so more than an hour apart. */
const WITHIN_MS = HOUR

/**
 * Same person, amount, currency and milestone from two sources within an hour: probably one sale that two systems
 * noted. The later one is held until a person says; `dealKey` tells for sure and makes this unnecessary.
 */
export async function holdIfLookalike(
  { tx, settings }: { tx: Db; settings: Settings },
  deal: DealRow,
  change: StageChange,
  mapped: MappedDelivery,
): Promise<MappedDelivery> {
  if (settings.sources.size < 2 || mapped.hold || !change.amount) return mapped
  const ids = await lookalikes(tx, {
    sourceId: deal.sourceId,
    originId: deal.originId,
    connectionId: mapped.connectionId,
    milestone: change.milestone,
    value: change.amount,
    occurredAt: change.occurredAt,
    withinMs: WITHIN_MS,
  })
  const own = identityOf(deal.known)
  if (!own || ids.length === 0) return mapped
  const twin = (await dealsById(tx, ids)).find((other) => samePerson(own, identityOf(other.known)))
  if (!twin) return mapped
  const detail =
    'Another source reported the same person, amount and milestone within the hour. Send it with "requeue", or drop ' +
    'it with "resolve --drop"; name a dealKey to tell such records apart by themselves.'
  return { ...mapped, hold: { reason: 'possible_duplicate', until: null, detail } }
}

function samePerson(a: HashedIdentity, b: HashedIdentity | null): boolean {
  if (!b) return false
  const shares = (left: readonly string[], right: readonly string[]) =>
    left.some((each) => right.includes(each))
  return shares(a.email, b.email) || shares(a.phone, b.phone) || shares(a.externalId, b.externalId)
}
