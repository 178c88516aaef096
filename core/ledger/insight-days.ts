import type { Selectable } from 'kysely'
import type { InsightDay } from '../model/insight-day.ts'
import type { InsightQuery } from './insights.ts'
import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'
import type { InsightPullsTable } from './schema-insights.ts'

/** One pull of one day: `problem` is empty when it brought everything. */
export interface DayPull {
  connectionId: string
  day: string
  /** Epoch ms. */
  pulledAt: number
  problem: string
  timezone: string
  currency: string
  clickDays: number
}

/** Notes that days were pulled, or that it was tried. */
export async function addDayPulls(tx: Db, pulls: readonly DayPull[]): Promise<void> {
  const rows: InsightPullsTable[] = pulls.map((pull) => ({
    connection_id: pull.connectionId,
    day: pull.day,
    pulled_at: pull.pulledAt,
    complete: pull.problem === '' ? 1 : 0,
    problem: pull.problem,
    timezone: pull.timezone,
    currency: pull.currency,
    click_days: pull.clickDays,
  }))
  await insertRows(tx, 'insight_pulls', rows)
}

/**
 * What is known of the pulls of each account day, of days that were ever tried, in order; `asOf` (epoch ms) as it was
 * known then. `insightDayState` says what a day's figures are worth; a day that is not in the list was never pulled.
 */
export async function insightDays(
  reader: Db,
  { connectionId, from, to, asOf = null }: InsightQuery & { asOf?: number | null },
): Promise<InsightDay[]> {
  let query = reader
    .selectFrom('insight_pulls')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('day', '>=', from)
    .where('day', '<=', to)
  if (asOf !== null) query = query.where('pulled_at', '<=', asOf)
  const days = new Map<string, InsightDay>()
  for (const pull of await query.orderBy('day').orderBy('pulled_at').execute())
    days.set(pull.day, after(days.get(pull.day), pull))
  return [...days.values()]
}

function after(before: InsightDay | undefined, pull: Selectable<InsightPullsTable>): InsightDay {
  const complete = pull.complete === 1
  const account =
    complete || before === undefined || before.completeAt === null
      ? { timezone: pull.timezone, currency: pull.currency, clickDays: pull.click_days }
      : { timezone: before.timezone, currency: before.currency, clickDays: before.clickDays }
  return {
    day: pull.day,
    completeAt: complete ? pull.pulled_at : (before?.completeAt ?? null),
    failedAt: complete ? null : pull.pulled_at,
    problem: pull.problem,
    ...account,
  }
}

/** The account's time zone and currency as of its last day that was pulled whole; null before the first. */
export async function lastAccount(
  db: Db,
  connectionId: string,
): Promise<{ timezone: string; currency: string } | null> {
  const row = await db
    .selectFrom('insight_pulls')
    .select(['timezone', 'currency'])
    .where('connection_id', '=', connectionId)
    .where('complete', '=', 1)
    .orderBy('day', 'desc')
    .orderBy('pulled_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}
