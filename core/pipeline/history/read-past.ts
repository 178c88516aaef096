import type { Hydrated } from '../../adapter.ts'
import { hashIdentity } from '../../identity/hash-identity.ts'
import { dealsById } from '../../ledger/deals.ts'
import {
  knownDeals,
  type PastDelivery,
  type PastRow,
  pastDeliveries,
  pastPage,
  type Since,
  stageChangeIds,
} from '../../ledger/history.ts'
import { hashesOf, suppressedAmong } from '../../ledger/suppressions.ts'
import { factsWithoutPerson, forgetPerson, isErased } from '../../model/forgotten.ts'
import { type Known, mergeKnown, stamp } from '../../model/known.ts'
import type { Pipeline } from '../context.ts'
import type { ActiveSource, Settings } from '../settings.ts'
import { type PastChange, toPastChange } from './past-change.ts'

/** Stage changes read at a time; with their deals about a megabyte. */
const PAGE = 500

/** The stage changes of some sources that are in the ledger, page by page; one page is read while another is used. */
export async function* readLedger(
  { ledger }: Pipeline,
  settings: Settings,
  since: Since,
  firstId: number,
): AsyncGenerator<PastChange[]> {
  const now = ledger.now()
  const twins = settings.workspace.sources.some(({ dealKey }) => dealKey !== undefined)
  const read = async (afterId: number): Promise<Page> => {
    const rows = await pastPage(ledger.reader, since, { afterId, limit: PAGE, twins })
    const deliveries = await deliveriesByOrigin(ledger.reader, [...new Set(rows.map((row) => row.originId))])
    return { rows, deliveries }
  }
  const after = (rows: readonly PastRow[]): Promise<Page> | null => {
    const last = rows.length < PAGE ? undefined : rows.at(-1)
    return last === undefined ? null : read(last.id)
  }
  let page: Promise<Page> | null = read(firstId - 1)
  while (page !== null) {
    const { rows, deliveries }: Page = await page
    page = after(rows)
    // Whoever stops early leaves this one unread; it must not end the process when it fails.
    page?.catch(() => {})
    yield rows.flatMap((row) => {
      const active = settings.sources.get(row.sourceId)
      if (active === undefined) return []
      const parts = {
        ...row,
        stageChangeId: row.id,
        mayRepeat: row.hasSibling,
        deliveries: deliveries.get(row.originId) ?? NONE,
      }
      return [toPastChange(settings, active, now, parts)]
    })
  }
}

interface Page {
  rows: PastRow[]
  deliveries: Map<number, PastDelivery[]>
}

const NONE: readonly PastDelivery[] = []

async function deliveriesByOrigin(reader: Pipeline['ledger']['reader'], originIds: readonly number[]) {
  const byOrigin = new Map<number, PastDelivery[]>()
  for (const delivery of await pastDeliveries(reader, originIds)) {
    const known = byOrigin.get(delivery.origin_id)
    if (known) known.push(delivery)
    else byOrigin.set(delivery.origin_id, [delivery])
  }
  return byOrigin
}

/** What a CRM or a file says about the past, beside what the ledger knows of the same records. Writes nothing. */
export async function toPast(
  { ledger, adapterContext }: Pipeline,
  settings: Settings,
  active: ActiveSource,
  said: readonly Hydrated[],
): Promise<PastChange[]> {
  const sourceId = active.source.id
  const options = active.adapter.identityOptions(adapterContext(active).settings)
  const deals = await knownDeals(
    ledger.reader,
    sourceId,
    said.map(({ change }) => change.record),
  )
  const ids = await stageChangeIds(
    ledger.reader,
    sourceId,
    said.map(({ change }) => change.key),
  )
  const originIds = [...new Set(deals.map((deal) => deal.originId))]
  const deliveries = await deliveriesByOrigin(ledger.reader, originIds)
  const origins = new Map((await dealsById(ledger.reader, originIds)).map((deal) => [deal.id, deal]))
  const dealOf = new Map(deals.map((deal) => [`${deal.record.type}\n${deal.record.id}`, deal]))
  const known = new Map<string, Known>()
  const nameOf = ({ change }: Hydrated) => `${change.record.type}\n${change.record.id}`
  const identities = said.map(({ identity }) =>
    identity?.kind === 'raw' ? hashIdentity(identity, options) : identity,
  )
  const now = ledger.now()
  const suppressed = await suppressedAmong(ledger.reader, identities.flatMap(hashesOf))
  said.forEach((each, at) => {
    const { facts, asOf, change } = each
    const identity = identities[at] ?? null
    let merged = known.get(nameOf(each)) ?? dealOf.get(nameOf(each))?.known ?? {}
    if (identity?.suppressed || hashesOf(identity).some((hash) => suppressed.has(hash)))
      merged = forgetPerson(merged, now)
    const said = isErased(merged)
      ? stamp(factsWithoutPerson(facts), null, null, asOf, change.key)
      : stamp(facts, identity, null, asOf, change.key)
    known.set(nameOf(each), mergeKnown(merged, said))
  })
  return said.map((each) => {
    const deal = dealOf.get(nameOf(each))
    return toPastChange(settings, active, now, {
      stageChangeId: ids.get(each.change.key) ?? null,
      seenAt: now,
      dealId: deal?.id ?? null,
      known: known.get(nameOf(each)) ?? {},
      origin: (deal && origins.get(deal.originId)) ?? { sourceId, record: each.change.record },
      change: each.change,
      mayRepeat: true,
      deliveries: (deal && deliveries.get(deal.originId)) ?? NONE,
    })
  })
}
