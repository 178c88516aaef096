import { type RawBuilder, sql } from 'kysely'
import type { Part, Tracked } from '../model/book.ts'
import type { Db } from './ledger.ts'
import { fence, knownText, rateEra } from './report-scope.ts'
import { engineOf, textOf } from './rows.ts'

/** What was accepted for one campaign, as the deals name it; of another currency than the account's, equal values together. */
export interface AcceptedGroup {
  campaign: Tracked
  count: number
  value: Part
}

export interface AcceptedScope {
  connectionId: string
  /** The account's currency. */
  currency: string
  rateTimes: readonly number[]
  /** When TikTok accepted it, epoch ms, the second exclusive. */
  from: number
  to: number
}

/** Accepted deliveries by the campaign that their deals remember, without those of Test Events. */
export async function acceptedByCampaign(db: Db, scope: AcceptedScope): Promise<AcceptedGroup[]> {
  const { connectionId, currency, rateTimes, from, to } = scope
  const { rows } = await sql<Record<string, string | number | null>>`
    with sent as (
      select d.occurred_at, d.value_minor, d.currency,
        ${knownText(db, 'o', ['utm', 0, 'id'])} as campaign_id, ${knownText(db, 'o', ['utm', 0, 'campaign'])} as campaign,
        case when d.currency is not null and d.currency <> ${currency} then 1 else 0 end as apart
      from deliveries d ${withDeal(db)}
      where d.state = 'accepted' and d.connection_id = ${connectionId}
        and d.settled_at >= ${from} and d.settled_at < ${to} and d.test_code is null ${fence(db)}
    )
    select campaign_id, campaign, currency,
      case when apart = 1 then value_minor end as each,
      case when apart = 1 then ${rateEra(sql`occurred_at`, rateTimes)} else 0 end as era,
      count(*) as n, cast(sum(value_minor) as text) as total
    from sent group by ${sql.join(Array.from({ length: 5 }, (_, at) => sql.lit(at + 1)))}`.execute(db)
  return rows.map((row) => ({
    campaign: { id: textOf(row.campaign_id), name: textOf(row.campaign) },
    count: Number(row.n),
    value: { currency: textOf(row.currency), minor: BigInt(row.total ?? 0), era: Number(row.era) },
  }))
}

/** Each delivery looks its own deal up: PostgreSQL would else read the JSON of every deal there is, for each day anew. */
function withDeal(db: Db): RawBuilder<unknown> {
  return engineOf(db) === 'sqlite'
    ? sql`join deals o on o.id = d.deal_id`
    : sql`cross join lateral (select known::jsonb as known from deals where deals.id = d.deal_id offset 0) o`
}
