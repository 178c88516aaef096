import { sql } from 'kysely'
import type { DeliveredGroup } from '../model/book.ts'
import type { Route } from '../model/delivery.ts'
import { DAY } from '../model/time.ts'
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

/** What TikTok counts by: the account's own days, and from when on its clicks may still be added to. Epoch ms. */
export interface AccountDays {
  from: number
  to: number
  /** Clicks from here on are on days that are not final. */
  settlingFrom: number
  /** The longest click window, in days: a conversion so long after the period can still be booked inside it. */
  windowDays: number
}

/** Every accepted delivery that is dated in the period, or that TikTok may have booked there. */
export async function deliveredGroups(
  db: Db,
  scope: ReportScope,
  days: AccountDays,
): Promise<DeliveredGroup[]> {
  const low = Math.min(scope.from, days.from)
  const high = Math.max(scope.to, days.to + days.windowDays * DAY)
  const { rows } = await sql<Record<string, string | number | null>>`
    with sent as (
      select d.event_source, d.occurred_at, d.value_minor, d.currency, d.browser_id,
        case when d.test_code is null then 0 else 1 end as test,
        case when d.match_keys like '%ttclid%' or d.match_keys like '%lead_id%' then 1 else 0 end as clicked,
        case when d.match_keys like '%ttclid%' then ${knownNumber(db, 'o', ['click', 0, 1])} end as clicked_at,
        ${knownText(db, 'o', ['utm', 0, 'id'])} as campaign_id, ${knownText(db, 'o', ['utm', 0, 'campaign'])} as campaign,
        case when d.currency is not null and d.currency <> ${scope.currency} then 1 else 0 end as apart
      from deliveries d join ${knownJson(db, 'deals')} o on o.id = d.deal_id
      where ${acceptedIn(scope, 'd')} and d.occurred_at >= ${low} and d.occurred_at < ${high}
      ${fence(db)}
    )
    select event_source, campaign_id, campaign, currency, test, browser_id,
      case when occurred_at >= ${scope.from} and occurred_at < ${scope.to} then 1 else 0 end as in_period,
      case when occurred_at >= ${days.from} and occurred_at < ${days.to} then 1 else 0 end as in_days,
      case when clicked = 0 then 'none' when clicked_at is null then 'untimed' else 'timed' end as click,
      ${ageClass(sql`occurred_at`, sql`clicked_at`)} as click_age,
      case when clicked_at < ${days.from} then 'before' when clicked_at >= ${days.to} then 'after' else 'inside' end as click_day,
      case when clicked_at >= ${days.settlingFrom} then 1 else 0 end as settling,
      case when apart = 1 then value_minor end as each,
      case when apart = 1 then ${rateEra(sql`occurred_at`, scope.rateTimes)} else 0 end as era,
      count(*) as n, cast(sum(value_minor) as text) as total
    from sent group by ${sql.join(Array.from({ length: 14 }, (_, at) => sql.lit(at + 1)))}`.execute(db)
  return rows.map((row) => ({
    count: Number(row.n),
    value: {
      currency: row.currency === null || row.total === null ? null : String(row.currency),
      minor: BigInt(row.total ?? 0),
      era: Number(row.era),
    },
    route: row.event_source as Route,
    campaign: {
      id: textOf(row.campaign_id),
      name: textOf(row.campaign),
    },
    inPeriod: Number(row.in_period) === 1,
    inAccountDays: Number(row.in_days) === 1,
    test: Number(row.test) === 1,
    pixelCopy: Number(row.browser_id) === 1,
    click: row.click as DeliveredGroup['click'],
    clickAge: row.click_age === null ? null : Number(row.click_age),
    clickDay: row.click_day as DeliveredGroup['clickDay'],
    settling: Number(row.settling) === 1,
  }))
}

/** Accepted deliveries of each day, by the days' own bounds. */
export async function deliveredByDay(
  db: Db,
  scope: ReportScope,
  days: readonly { day: string; from: number; to: number }[],
): Promise<Map<string, number>> {
  const values = days.map(({ day, from, to }) => sql`(${sql.lit(day)}, ${sql.lit(from)}, ${sql.lit(to)})`)
  if (values.length === 0) return new Map()
  const { rows } = await sql<{ day: string; n: number | string }>`
    with days (day, low, high) as (values ${sql.join(values)})
    select days.day, count(*) as n from days join deliveries d
      on ${acceptedIn(scope, 'd')} and d.occurred_at >= days.low and d.occurred_at < days.high
    group by days.day`.execute(db)
  return new Map(rows.map(({ day, n }) => [day, Number(n)]))
}

/** How many accepted deliveries of the account's days were for a click that counts already; for ad groups that count one. */
export async function repeatedClicks(db: Db, scope: ReportScope, { from, to }: AccountDays): Promise<number> {
  const { rows } = await sql<{ n: number | string }>`
    select count(*) - count(distinct click) as n from (
      select ${knownText(db, 'o', ['click', 0, 0])} as click
      from deliveries d join ${knownJson(db, 'deals')} o on o.id = d.deal_id
      where ${acceptedIn(scope, 'd')} and d.occurred_at >= ${from} and d.occurred_at < ${to} ${fence(db)}
    ) clicks where click is not null`.execute(db)
  return Number(rows[0]?.n ?? 0)
}

/** Accepted deliveries of other events to the connection's CRM set in these days: TikTok has one figure for all of them. */
export async function otherCrmEvents(db: Db, scope: ReportScope, days: AccountDays): Promise<number> {
  const { rows } = await sql<{ n: number | string }>`
    select count(*) as n from deliveries d
    where d.state = 'accepted' and d.connection_id = ${scope.connectionId} and d.event_source = 'crm'
      and d.event not in ${listOf(scope.events)}
      and d.occurred_at >= ${days.from} and d.occurred_at < ${days.to + days.windowDays * DAY}`.execute(db)
  return Number(rows[0]?.n ?? 0)
}
