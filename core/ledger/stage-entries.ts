import { sql } from 'kysely'
import { DAY } from '../model/time.ts'
import type { Db } from './ledger.ts'
import { fence, knownJson, knownNumber, knownText, listOf } from './report-scope.ts'

/** Deals that entered a stage, and what became of them: those alike counted together. Days are whole ones. */
export interface StageEntries {
  milestone: string
  /** Days from the click; null where no time of a click is known. */
  clickLag: number | null
  /** Days from the stage to now. */
  age: number
  /** Days from the stage to being won; null for deals that are not won. */
  wonLag: number | null
  count: number
  /** Of won deals: what they are worth together, and the sum of squares for the spread. */
  currency: string | null
  minor: bigint
  squares: number
}

/** The first entry of every deal into each stage since a moment, epoch ms; lost is no stage to wait for. */
export async function stageEntries(
  db: Db,
  { sourceIds, since, now }: { sourceIds: readonly string[]; since: number; now: number },
): Promise<StageEntries[]> {
  const { rows } = await sql<Record<string, string | number | null>>`
    with entries as (
      select coalesce(m.origin_id, m.id) as origin_id, c.milestone, min(c.occurred_at) as at
      from stage_changes c join deals m on m.id = c.deal_id
      where c.source_id in ${listOf(sourceIds)} and c.milestone <> 'lost' and c.occurred_at >= ${since} and c.occurred_at <= ${now}
      group by 1, 2
    ),
    told as (
      select e.milestone, e.at, ${knownNumber(db, 'o', ['click', 0, 1])} as clicked_at,
        case when coalesce(${knownText(db, 'o', ['stage', 0, 'milestone'])}, 'won') = 'won' then w.at end as won_at,
        ${knownText(db, 'o', ['amount', 0, 'currency'])} as currency, ${knownNumber(db, 'o', ['amount', 0, 'minor'])} as minor
      from entries e
      join ${knownJson(db, 'deals')} o on o.id = e.origin_id
      left join entries w on w.origin_id = e.origin_id and w.milestone = 'won'
      ${fence(db)}
    )
    select milestone, case when clicked_at <= at then (at - clicked_at) / ${sql.lit(DAY)} end as click_lag,
      (${now} - at) / ${sql.lit(DAY)} as age, case when won_at >= at then (won_at - at) / ${sql.lit(DAY)} end as won_lag,
      case when won_at is not null then currency end as currency, count(*) as n,
      cast(sum(case when won_at is not null then minor else 0 end) as text) as total,
      sum(case when won_at is not null then cast(minor as double precision) * minor else 0 end) as squares
    from told group by 1, 2, 3, 4, 5`.execute(db)
  return rows.map((row) => ({
    milestone: String(row.milestone),
    clickLag: row.click_lag === null ? null : Number(row.click_lag),
    age: Number(row.age),
    wonLag: row.won_lag === null ? null : Number(row.won_lag),
    count: Number(row.n),
    currency: row.currency === null ? null : String(row.currency),
    minor: BigInt(row.total ?? 0),
    squares: Number(row.squares ?? 0),
  }))
}
