import type { ClosedDeal, ClosedTotal, Period } from '../../core/adapter.ts'
import { accountDay, dayEnd, dayStart } from '../../core/model/account-day.ts'
import { WON } from '../../core/model/record.ts'
import { amountOf } from './amount.ts'
import { changedSince } from './changed.ts'
import type { Portal } from './portal.ts'
import { type CrmRecord, momentOf, propertyOf } from './records.ts'
import { stageChangesOf, type Translating } from './stage-changes.ts'
import { translating } from './translating.ts'

const PROPERTIES = [
  'dealstage',
  'pipeline',
  'amount',
  'deal_currency_code',
  'closedate',
  'hs_is_closed_won',
  'hs_is_closed_lost',
]

const IS_WON = [{ propertyName: 'hs_is_closed_won', operator: 'EQ', value: 'true' } as const]

/**
 * The CRM book: deals that are won when asked and whose first entry into a won stage falls in the period. A deal that
 * entered it then was modified then or later, so the search by modified date finds all, past 10,000 too.
 */
export async function* closed(period: Period, portal: Portal): AsyncIterable<ClosedDeal[]> {
  const timezone = await portal.timezone()
  for await (const deals of wonDeals(portal, period.from, {}, ['dealstage', 'amount'])) {
    const how = await translating(deals, portal)
    const page = deals.flatMap((deal) => lineOf(deal, period, how, timezone))
    if (page.length > 0) yield page
  }
}

/** HubSpot's own total of won deals by close date, currency by currency. */
export async function closedTotals(
  { from, to }: { from: string; to: string },
  portal: Portal,
): Promise<ClosedTotal[]> {
  const timezone = await portal.timezone()
  const totals = new Map<string, ClosedTotal>()
  const dates = { property: 'closedate', until: dayEnd(to, timezone) }
  for await (const deals of wonDeals(portal, dayStart(from, timezone), dates, [])) {
    const { home } = await translating(deals, portal)
    for (const deal of deals) {
      const { money } = amountOf(propertyOf(deal, 'amount'), deal, home)
      if (money === null) continue
      const total = totals.get(money.currency) ?? { currency: money.currency, count: 0, minor: 0n }
      totals.set(money.currency, {
        ...total,
        count: total.count + 1,
        minor: total.minor + BigInt(money.minor),
      })
    }
  }
  return [...totals.values()]
}

/** Won deals by a moment of theirs, each once. */
async function* wonDeals(
  portal: Portal,
  since: number,
  by: { property?: string; until?: number },
  history: string[],
): AsyncIterable<CrmRecord[]> {
  const seen = new Set<string>()
  for await (const changed of changedSince(portal, 'deals', since, { ...by, filters: IS_WON })) {
    const ids = changed.map(({ id }) => id).filter((id) => !seen.has(id))
    for (const id of ids) seen.add(id)
    yield await portal.api.read('deals', ids, { properties: PROPERTIES, history })
  }
}

function lineOf(deal: CrmRecord, { from, to }: Period, how: Translating, timezone: string): ClosedDeal[] {
  const changes = stageChangesOf(deal, how)
  if (changes.at(-1)?.milestone !== WON) return []
  const won = changes.find(({ milestone }) => milestone === WON)
  if (won === undefined || won.occurredAt < from || won.occurredAt >= to) return []
  const closeDate = momentOf(propertyOf(deal, 'closedate'))
  return [
    {
      record: won.record,
      wonAt: won.occurredAt,
      closeDate: closeDate === null ? null : accountDay(closeDate, timezone),
      amount: amountOf(propertyOf(deal, 'amount'), deal, how.home).money,
    },
  ]
}
