import { type RawBuilder, sql } from 'kysely'
import type { BookDeal, BookGroup } from '../model/book.ts'
import { type DeliveryState, REASONS, type Reason } from '../model/delivery.ts'
import { STATE_ORDER } from '../model/reconciliation.ts'
import { datedIn, toldOfBook } from './book-groups.ts'
import type { Db } from './ledger.ts'
import type { ReportScope } from './report-scope.ts'
import { moneyOf, textOf } from './rows.ts'

/** What marks the deals of a bucket: each combination belongs to one. */
export type Fate = Pick<BookGroup, 'state' | 'seen' | 'reason'>

/** Which deals of a book. */
export interface BookDealsQuery {
  bookId: number | null
  /** Only deals with one of these fates; null for all. */
  fates: readonly Fate[] | null
  /** Only deals whose first accepted delivery says another amount than the CRM does now. */
  differs: boolean
  limit: number
  offset: number
}

/** The deals behind a figure of a reconciliation, the latest first. */
export async function bookDeals(db: Db, scope: ReportScope, query: BookDealsQuery): Promise<BookDeal[]> {
  const { bookId, fates, differs, limit, offset } = query
  const wanted = [
    ...(fates === null ? [] : [sql`(${sql.join(fates.map(hasFate), sql` or `)})`]),
    ...(differs ? [sql`${datedIn(scope, sql`sent_at`)} and ${otherAmount}`] : []),
  ]
  const { rows } = await sql<Record<string, string | number | null>>`
    ${toldOfBook(db, scope, bookId)}
    select source_id, record_type, record_id, at, state, detail, reason, seen, campaign, sent_at,
      book_minor, book_currency, value_minor, value_currency
    from told where ${wanted.length === 0 ? sql`1 = 1` : sql.join(wanted, sql` and `)}
    order by at desc, source_id, record_type, record_id
    limit ${sql.lit(limit)} offset ${sql.lit(offset)}`.execute(db)
  return rows.map(toDeal)
}

const otherAmount = sql`(book_minor is null or value_minor is null or book_minor <> value_minor
  or book_currency <> value_currency)`

function hasFate({ state, seen, reason }: Fate): RawBuilder<boolean> {
  if (state !== null) return sql<boolean>`state = ${sql.lit(STATE_ORDER.indexOf(state))}`
  const because = reason === null ? sql`reason is null` : sql`reason = ${sql.lit(REASONS.indexOf(reason))}`
  return sql<boolean>`(state is null and seen = ${sql.lit(seen ? 1 : 0)} and ${because})`
}

function toDeal(row: Record<string, string | number | null>): BookDeal {
  return {
    sourceId: String(row.source_id),
    record: { type: String(row.record_type), id: String(row.record_id) },
    at: Number(row.at),
    state: row.state === null ? null : (STATE_ORDER[Number(row.state)] as DeliveryState),
    detail: String(row.detail),
    reason: row.reason === null ? null : (REASONS[Number(row.reason)] as Reason),
    seen: Number(row.seen) === 1,
    campaign: textOf(row.campaign),
    amount: moneyOf(row.book_minor, row.book_currency),
    sent: moneyOf(row.value_minor, row.value_currency),
    sentAt: row.sent_at === null ? null : Number(row.sent_at),
  }
}
