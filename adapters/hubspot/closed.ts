import type { ClosedDeal, ClosedTotal, Period } from '../../core/adapter.ts'
import { DAY } from '../../core/model/time.ts'
import { WON } from '../../core/model/record.ts'
import { amountOf } from './amount.ts'
import { changedSince } from './changed.ts'
import { HISTORY_BATCH, SEARCH_PAGE } from './constants.ts'
import { translating } from './hydrate.ts'
import type { Portal } from './portal.ts'
import { type CrmRecord, momentOf, propertyOf } from './records.ts'
import { stageChangesOf, type Translating } from './stage-changes.ts'

const PROPERTIES = [
  'dealstage',
  'pipeline',
  'amount',
  'deal_currency_code',
  'closedate',
  'hs_is_closed_won',
  'hs_is_closed_lost',
  'hs_merged_object_ids',
]

/**
 * The CRM book: deals that are won when asked and whose first entry into the won stage falls in the period. A deal that
 * entered it then was modified then or later, so the search by modified date finds all, past 10,000 too.
 */
export async function* closed(period: Period, portal: Portal): AsyncIterable<ClosedDeal[]> {
  const seen = new Set<string>()
  const filters = [{ propertyName: 'hs_is_closed_won', operator: 'EQ', value: 'true' } as const]
  for await (const changed of changedSince(portal, 'deals', period.from, { filters })) {
    const ids = [...new Set(changed.map(({ id }) => id))].filter((id) => !seen.has(id))
    for (const id of ids) seen.add(id)
    const deals = await readPlain(portal, ids)
    const how = await translating(
      deals.map((deal) => ({ deal, contacts: [] })),
      portal,
    )
    const page = deals.flatMap((deal) => lineOf(deal, period, how))
    if (page.length > 0) yield page
  }
}

function readPlain(portal: Portal, ids: readonly string[]): Promise<CrmRecord[]> {
  return portal.api.read('deals', ids, { properties: PROPERTIES, history: ['dealstage', 'amount'] })
}

function lineOf(deal: CrmRecord, { from, to }: Period, how: Translating): ClosedDeal[] {
  const changes = stageChangesOf(deal, how)
  if (changes.at(-1)?.milestone !== WON) return []
  const won = changes.find(({ milestone }) => milestone === WON)
  if (won === undefined || won.occurredAt < from || won.occurredAt >= to) return []
  const { money } = amountOf(propertyOf(deal, 'amount'), deal, how.home)
  const closeDate = momentOf(propertyOf(deal, 'closedate'))
  return [
    {
      record: won.record,
      wonAt: won.occurredAt,
      closeDate: closeDate === null ? null : new Date(closeDate).toISOString().slice(0, 10),
      amount: money,
    },
  ]
}
