import { type RawBuilder, sql } from 'kysely'
import type { BookGroup, Part, RestGroup } from '../model/book.ts'
import { type DeliveryState, REASONS, type Reason } from '../model/delivery.ts'
import { STATE_ORDER } from '../model/reconciliation.ts'
import type { Db } from './ledger.ts'
import {
  acceptedIn,
  ageClass,
  fence,
  knownJson,
  knownNumber,
  knownText,
  listOf,
  type ReportScope,
  rateEra,
} from './report-scope.ts'
import { textOf } from './rows.ts'

const ranks = (names: readonly string[], column: RawBuilder<unknown>) =>
  sql`case ${column} ${sql.join(
    names.map((name, at) => sql`when ${sql.lit(name)} then ${sql.lit(at)}`),
    sql` `,
  )} end`

/**
 * The deals of the book: what the CRM listed, else what the ledger saw enter a milestone and, for the won one, is won
 * now. One row a deal, which is its first-seen record, and milestone.
 */
function units(db: Db, scope: ReportScope, bookId: number | null): RawBuilder<unknown> {
  if (bookId !== null)
    return sql`select o.id as origin_id, 'won' as milestone, listed.won_at as at, o.known,
        listed.amount_minor, listed.currency, listed.source_id, listed.record_type, listed.record_id
      from (select b.*, coalesce(r.origin_id, r.id) as origin_id, row_number() over (
              partition by coalesce(r.origin_id, r.id), case when r.id is null then b.source_id || b.record_type || b.record_id end
              order by b.won_at, b.source_id) as nth
            from crm_book_deals b left join deals r
              on r.source_id = b.source_id and r.record_id = b.record_id and r.record_type = b.record_type
            where b.book_id = ${bookId}) listed
      left join ${knownJson(db, 'deals')} o on o.id = listed.origin_id
      where listed.nth = 1`
  return sql`select o.id as origin_id, entered.milestone, entered.at, o.known, ${knownNumber(db, 'o', ['amount', 0, 'minor'])} as amount_minor,
      ${knownText(db, 'o', ['amount', 0, 'currency'])} as currency,
      first_seen.source_id, first_seen.record_type, first_seen.record_id
    from (select coalesce(m.origin_id, m.id) as origin_id, c.milestone, max(c.occurred_at) as at
          from stage_changes c join deals m on m.id = c.deal_id
          where c.occurred_at >= ${scope.from} and c.occurred_at < ${scope.to}
            and (c.milestone in ${listOf(scope.milestones)} or c.stage in ${listOf(scope.milestones)}) and c.source_id in ${listOf(scope.sourceIds)}
          group by 1, 2) entered
    join ${knownJson(db, 'deals')} o on o.id = entered.origin_id
    join deals first_seen on first_seen.id = entered.origin_id
    where ${isStill(db, 'o', sql`entered.milestone`)}`
}

/** Whether the record is there, and won where that is what was sent. */
function isStill(db: Db, table: string, milestone: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`coalesce(${knownText(db, table, ['presence', 0])}, 'present') = 'present'
    and (${milestone} <> 'won' or coalesce(${knownText(db, table, ['stage', 0, 'milestone'])}, 'won') = 'won')`
}

/** The strongest state of each deal's deliveries, and its first accepted one. */
function best(scope: ReportScope): RawBuilder<unknown> {
  const { connectionId, events, settledUntil } = scope
  const state =
    settledUntil === null
      ? sql`d.state`
      : sql`case when d.state = 'accepted' and d.settled_at > ${settledUntil} then 'waiting' else d.state end`
  return sql`select u.origin_id, u.milestone, min(${ranks(STATE_ORDER, state)}) as state,
      min(case when d.state = 'rejected' then coalesce(d.code, '') end) as code,
      min(case when d.state = 'held' then d.hold_reason end) as hold,
      min(case when ${state} = 'accepted' then d.id end) as first_id
    from units u join deliveries d on d.origin_id = u.origin_id and d.connection_id = ${connectionId}
      and d.milestone = u.milestone
    where d.event in ${listOf(events)}
    group by u.origin_id, u.milestone`
}

export const datedIn = ({ from, to }: ReportScope, column: RawBuilder<unknown>) =>
  sql`(${column} >= ${from} and ${column} < ${to})`

/**
 * `with units, best, told`: one row of `told` for each deal of the book, with what became of it. `state` and `reason` are
 * ranks in STATE_ORDER and REASONS.
 */
export function toldOfBook(db: Db, scope: ReportScope, bookId: number | null): RawBuilder<unknown> {
  // By deal, not by a join with an "or", which would go through the whole table for each of them.
  const changes = sql`from stage_changes c where c.milestone = u.milestone
    and c.deal_id in (select u.origin_id union all select t.id from deals t where t.origin_id = u.origin_id)`
  return sql`with units as materialized (${units(db, scope, bookId)}),
    best as (${best(scope)}),
    told as (
      select b.state, coalesce(case b.state when ${sql.lit(STATE_ORDER.indexOf('rejected'))} then b.code
          when ${sql.lit(STATE_ORDER.indexOf('held'))} then b.hold end, '') as detail,
        case when b.state is null then (select min(${ranks(REASONS, sql`w.reason`)}) from reasons w
          where w.stage_change_id in (select c.id ${changes})
            and (w.rule_id = '' or (w.connection_id = ${scope.connectionId} and w.rule_id in ${listOf(scope.ruleIds)}))) end as reason,
        case when b.state is not null or exists (select 1 ${changes}) then 1 else 0 end as seen,
        ${knownText(db, 'u', ['click', 0, 0])} as click, ${knownNumber(db, 'u', ['click', 0, 1])} as clicked_at,
        ${knownText(db, 'u', ['leadId', 0])} as lead, ${knownText(db, 'u', ['ttp', 0])} as ttp,
        lower(${knownText(db, 'u', ['utm', 0, 'source'])}) as utm_source,
        ${knownText(db, 'u', ['utm', 0, 'id'])} as campaign_id, ${knownText(db, 'u', ['utm', 0, 'campaign'])} as campaign,
        case when f.test_code is null then 0 else 1 end as test, u.at, u.source_id, u.record_type, u.record_id,
        u.amount_minor as book_minor, u.currency as book_currency, f.occurred_at as sent_at,
        s.amount_minor as was_minor, s.currency as was_currency, f.value_minor, f.currency as value_currency
      from units u
      left join best b on b.origin_id = u.origin_id and b.milestone = u.milestone
      left join deliveries f on f.id = b.first_id
      left join stage_changes s on s.id = f.stage_change_id
      ${fence(db)}
    )`
}

/**
 * `with units, best, sent`: accepted deliveries that `which` keeps, and how each stands to the book: `first` of a deal in it,
 * `further` of one, `moved` (won, at another time) or `gone` (not won any more). `which` knows `d` as the delivery and
 * `b.first_id`.
 */
export function sentOfBook(
  db: Db,
  scope: ReportScope,
  bookId: number | null,
  which: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`with units as materialized (${units(db, scope, bookId)}),
    best as (${best(scope)}),
    sent as (
      select case when b.first_id = d.id then 'first' when u.origin_id is not null then 'further'
          when ${isStill(db, 'o', sql`d.milestone`)} then 'moved' else 'gone' end as relation,
        d.id, d.origin_id, d.stage_change_id, d.value_minor, d.currency, d.occurred_at,
        case when d.currency is not null and d.currency <> ${scope.currency} then 1 else 0 end as apart
      from deliveries d
      join ${knownJson(db, 'deals')} o on o.id = d.origin_id
      left join units u on u.origin_id = d.origin_id and u.milestone = d.milestone
      left join best b on b.origin_id = d.origin_id and b.milestone = d.milestone
      where ${acceptedIn(scope, 'd')} and ${which}
      ${fence(db)}
    )`
}

/** Every deal of the book in exactly one group. */
export async function bookGroups(db: Db, scope: ReportScope, bookId: number | null): Promise<BookGroup[]> {
  const isForeign = (column: RawBuilder<unknown>) =>
    sql`(${column} is not null and ${column} <> ${scope.currency})`
  const { rows } = await sql<Record<string, string | number | null>>`
    ${toldOfBook(db, scope, bookId)},
    kept as (select told.*, case when ${isForeign(sql`book_currency`)} or ${isForeign(sql`was_currency`)}
      or ${isForeign(sql`value_currency`)} then 1 else 0 end as apart from told)
    select state, detail, reason, seen, test, campaign_id, campaign,
      case when click is not null then 'click' when lead is not null then 'lead' when ttp is not null then 'cookie'
        when utm_source = 'tiktok' then 'utm' else 'none' end as evidence,
      case when click is null then null else ${ageClass(sql`at`, sql`clicked_at`)} end as click_age,
      case when ${datedIn(scope, sql`sent_at`)} then 1 else 0 end as in_period,
      book_currency, was_currency, value_currency,
      case when apart = 1 then book_minor end as book_each, case when apart = 1 then was_minor end as was_each,
      case when apart = 1 then value_minor end as value_each,
      case when apart = 1 then ${rateEra(sql`at`, scope.rateTimes)} else 0 end as book_era,
      case when apart = 1 then ${rateEra(sql`sent_at`, scope.rateTimes)} else 0 end as value_era,
      count(*) as n, cast(sum(book_minor) as text) as book_sum, cast(sum(was_minor) as text) as was_sum,
      cast(sum(value_minor) as text) as value_sum
    from kept
    group by ${sql.join(Array.from({ length: 18 }, (_, at) => sql.lit(at + 1)))}`.execute(db)
  return rows.map(toGroup)
}

function toGroup(row: Record<string, string | number | null>): BookGroup {
  const part = (name: 'book' | 'was' | 'value', era: unknown): Part => {
    const currency = row[`${name}_currency`]
    const sum = row[`${name}_sum`]
    return {
      currency: currency === null || sum === null ? null : String(currency),
      minor: BigInt(sum ?? 0),
      era: Number(era),
    }
  }
  return {
    count: Number(row.n),
    state: row.state === null ? null : (STATE_ORDER[Number(row.state)] as DeliveryState),
    detail: String(row.detail),
    reason: row.reason === null ? null : (REASONS[Number(row.reason)] as Reason),
    seen: Number(row.seen) === 1,
    evidence: row.evidence as BookGroup['evidence'],
    clickAge: row.click_age === null ? null : Number(row.click_age),
    campaign: { id: textOf(row.campaign_id), name: textOf(row.campaign) },
    test: Number(row.test) === 1,
    book: part('book', row.book_era),
    was: part('was', row.value_era),
    value: part('value', row.value_era),
    inPeriod: Number(row.in_period) === 1,
  }
}

/** What was delivered in the period beside the first delivery of each deal of the book. */
export async function restGroups(db: Db, scope: ReportScope, bookId: number | null): Promise<RestGroup[]> {
  const which = sql`${datedIn(scope, sql`d.occurred_at`)} and (b.first_id is null or b.first_id <> d.id)`
  const { rows } = await sql<Record<string, string | number | null>>`
    ${sentOfBook(db, scope, bookId, which)}
    select relation, currency, case when apart = 1 then value_minor end as each,
      case when apart = 1 then ${rateEra(sql`occurred_at`, scope.rateTimes)} else 0 end as era,
      count(*) as n, cast(sum(value_minor) as text) as total
    from sent group by 1, 2, 3, 4`.execute(db)
  return rows.map((row) => ({
    count: Number(row.n),
    relation: row.relation as RestGroup['relation'],
    value: {
      currency: textOf(row.total === null ? null : row.currency),
      minor: BigInt(row.total ?? 0),
      era: Number(row.era),
    },
  }))
}
