import { type Kysely, sql } from 'kysely'
import { CONNECTION_ID, SOURCE_ID } from './samples.ts'

const DAY = 86_400_000
/** What the overview looks at, and the period before it. */
export const FILLED_DAYS = 56
const CAMPAIGNS = 200
/** Rows a statement, so that none takes longer than an engine allows. */
const CHUNK = 50_000

/** One in so many: what an index has to find among everything else. */
const RARE = 50_000

/**
 * Deals and their deliveries, spread evenly over eight weeks up to now: nearly all accepted, some refused, few held; one
 * event in 50,000 rare, one source in 50,000 too. The same statements on both engines.
 */
export async function fillConsole<Db>(db: Kysely<Db>, count: number, now: number): Promise<void> {
  const run = async (...statements: string[]) => {
    for (const statement of statements) await sql.raw(statement).execute(db)
  }
  const step = Math.floor((FILLED_DAYS * DAY) / count)
  const moment = `(${now} - (${count} - n) * ${step})`
  const text = (expression: string) => `cast(${expression} as text)`
  const known = `'{"amount":[{"minor":' || ${text('10000 + n % 9000')} || ',"currency":"USD"},1,"k"],"utm":[{"source":"tiktok","id":"'
    || ${text(`1700000000000000 + n % ${CAMPAIGNS}`)} || '","campaign":"campaign ' || ${text(`n % ${CAMPAIGNS}`)} || '"},1,"k"]}'`
  const source = `case when n % ${RARE} = 7 then 'rare' else '${SOURCE_ID}' end`
  const state = `case when n % 50 = 0 then 'rejected' when n % 9973 = 0 then 'held' else 'accepted' end`
  for (let low = 1; low <= count; low += CHUNK) {
    const high = Math.min(count, low + CHUNK - 1)
    const counted = `with recursive counted (n) as (select cast(${low} as bigint) union all select n + 1 from counted where n < ${high})`
    await run(
      `insert into deals (id, source_id, record_type, record_id, known, created_at)
        ${counted} select n, ${source}, 'deal', 'D-' || ${text('n')}, ${known}, ${moment} from counted`,
      `insert into deliveries (id, stage_change_id, deal_id, origin_id, source_id, connection_id, rule_id, milestone, occurrence,
          event, event_source, event_source_id, event_id, browser_id, occurred_at, value_minor, currency, match_score, match_keys,
          state, send_until, attempts, created_at, settled_at, code, payload)
        ${counted} select n, n, n, n, ${source}, '${CONNECTION_ID}', 'won', 'won', '',
          case when n % ${RARE} = 9 then 'Contact' when n % 10 = 0 then 'Lead' else 'Purchase' end,
          'web', 'C4AAAAAAAAAAAAAAAAAA', 'e' || ${text('n')}, 0, ${moment} - 60000, 10000 + n % 9000, 'USD', 60, 'ttclid,email',
          ${state}, 0, 1, ${moment}, case when n % 9973 = 0 then null else ${moment} end,
          case when n % 50 = 0 then '40002' end, '{"event":"Purchase","properties":{"value":100.00,"currency":"USD"}}'
        from counted`,
    )
  }
  await run(
    `insert into campaigns (connection_id, campaign_id, name, status, deleted, seen_at)
      with recursive counted (n) as (select 0 union all select n + 1 from counted where n < ${CAMPAIGNS - 1})
      select '${CONNECTION_ID}', ${text('1700000000000000 + n')}, 'campaign ' || ${text('n')}, '', 0, 0 from counted`,
    // As PostgreSQL does by itself after a minute.
    'analyze',
  )
}
