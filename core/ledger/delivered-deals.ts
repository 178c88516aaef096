import { type RawBuilder, sql } from 'kysely'
import type { BookDeal } from '../model/book.ts'
import type { DeliveredBar } from '../model/delivered-bars.ts'
import { datedIn, sentOfBook } from './book-groups.ts'
import type { Db } from './ledger.ts'
import { knownJson, knownNumber, knownText, type ReportScope } from './report-scope.ts'
import { moneyOf, textOf } from './rows.ts'

export interface DeliveredDealsQuery {
  bookId: number | null
  bar: DeliveredBar
  limit: number
  offset: number
}

/** The deliveries behind a figure of what was delivered, each with its deal, the latest first. */
export async function deliveredDeals(
  db: Db,
  scope: ReportScope,
  { bookId, bar, limit, offset }: DeliveredDealsQuery,
): Promise<BookDeal[]> {
  const inPeriod = datedIn(scope, sql`d.occurred_at`)
  // Where the date moved, a delivery is missing in one period and too many in the other.
  const which = bar === 'won_date_moved' ? sql`(${inPeriod} or b.first_id = d.id)` : inPeriod
  const { rows } = await sql<Record<string, string | number | null>>`
    ${sentOfBook(db, scope, bookId, sql`${which} and ${marked(bar)}`)}
    select r.source_id, r.record_type, r.record_id, c.occurred_at as at,
      ${knownText(db, 'o', ['utm', 0, 'campaign'])} as campaign,
      ${knownNumber(db, 'o', ['amount', 0, 'minor'])} as amount_minor,
      ${knownText(db, 'o', ['amount', 0, 'currency'])} as amount_currency,
      sent.value_minor, sent.currency, sent.occurred_at as sent_at
    from sent join deals r on r.id = sent.origin_id join ${knownJson(db, 'deals')} o on o.id = sent.origin_id
      join stage_changes c on c.id = sent.stage_change_id
    where ${related(scope, bar)}
    order by sent.occurred_at desc, sent.id
    limit ${sql.lit(limit)} offset ${sql.lit(offset)}`.execute(db)
  return rows.map((row) => ({
    sourceId: String(row.source_id),
    record: { type: String(row.record_type), id: String(row.record_id) },
    at: Number(row.at),
    state: 'accepted',
    detail: '',
    reason: null,
    seen: true,
    campaign: textOf(row.campaign),
    amount: moneyOf(row.amount_minor, row.amount_currency),
    sent: moneyOf(row.value_minor, row.currency),
    sentAt: Number(row.sent_at),
  }))
}

/** By what the delivery itself says. */
function marked(bar: DeliveredBar): RawBuilder<unknown> {
  if (bar === 'test_events') return sql`d.test_code is not null`
  if (bar === 'pixel_copies') return sql`d.test_code is null and d.browser_id = 1`
  return sql`1 = 1`
}

/** By how it stands to the book. */
function related(scope: ReportScope, bar: DeliveredBar): RawBuilder<unknown> {
  if (bar === 'further_deliveries') return sql`sent.relation = 'further'`
  if (bar === 'no_longer_won') return sql`sent.relation = 'gone'`
  if (bar === 'won_date_moved')
    return sql`(sent.relation = 'moved' or (sent.relation = 'first' and not ${datedIn(scope, sql`sent.occurred_at`)}))`
  return sql`1 = 1`
}
