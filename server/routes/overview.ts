import { z } from 'zod'
import { countOpen } from '../../core/ledger/outbox-counts.ts'
import { type AcceptedQuarter, acceptedBetween, recentLags } from '../../core/ledger/overview.ts'
import { accountDay, addDays, daysFromTo } from '../../core/model/account-day.ts'
import { DELIVERY_STATES } from '../../core/model/delivery.ts'
import { toDecimal } from '../../core/model/money.ts'
import { DAY, toIso } from '../../core/model/time.ts'
import { AmountShape } from '../openapi/console-shapes.ts'
import { settledDays } from '../overview/settled-days.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const PERIODS = [1, 7, 28] as const
const DAYS = 28
/** The lag is that of the newest deliveries of a week; what took longer than this was not sent as it happened. */
const LAGS = 1000
const LONGEST_LAG_MS = 2 * DAY

const quartersOf = settledDays<AcceptedQuarter[]>()

const Score = z.number().nullable().describe('average match score, 0 to 100')

export const getOverview = operation({
  route: 'GET /api/v1/overview',
  id: 'getOverview',
  summary:
    'Tells whether it works and what it brought: delivered today, in 7 and in 28 account days, and before',
  query: z.strictObject({ connection: Name.describe('only this one').optional() }),
  answers: {
    200: {
      description: 'without Test Events; by the day TikTok accepted it',
      schema: z.object({
        timezone: z.string(),
        periods: z.array(
          z.object({
            days: z.int(),
            now: AmountShape.extend({ matchScore: Score }),
            before: AmountShape.extend({ matchScore: Score }).describe('as many days before'),
          }),
        ),
        byDay: z.array(AmountShape.extend({ day: z.iso.date(), matchScore: Score })),
        lag: z
          .object({ p50: z.int(), p95: z.int(), count: z.int() })
          .nullable()
          .describe('ms from the stage change until TikTok accepted it, of the newest deliveries of a week'),
        open: z.array(z.object({ connectionId: z.string(), state: z.enum(DELIVERY_STATES), count: z.int() })),
        lastPush: z.iso.datetime().nullable().describe('the last cycle of this host since it started'),
      }),
    },
  },
  async act({ query: { connection } }, { closeback: { ledger, store }, jobs }) {
    const connections = store.current.workspace.connections.filter(
      ({ id }) => connection === undefined || id === connection,
    )
    const ids = connections.map(({ id }) => id)
    const timezone = connections[0]?.timezone ?? 'UTC'
    const main = connections[0]?.currency ?? ''
    const today = accountDay(ledger.now(), timezone)
    const first = addDays(today, 1 - 2 * DAYS)
    const [quarters, lags, open] = await Promise.all([
      quartersOf(ledger, { scope: ids.join(), timezone, days: daysFromTo(first, today) }, (bounds) =>
        acceptedBetween(ledger.reader, ids, bounds),
      ),
      recentLags(ledger.reader, ids, { since: ledger.now() - 7 * DAY, limit: LAGS, most: LONGEST_LAG_MS }),
      countOpen(ledger.reader),
    ])
    const byDay = Map.groupBy(quarters.flat(), ({ at }) => accountDay(at, timezone))
    const of = (from: string, to: string) =>
      sum(
        daysFromTo(from, to).flatMap((day) => byDay.get(day) ?? []),
        main,
      )
    const last = jobs.lastPush()
    return {
      status: 200,
      body: {
        timezone,
        periods: PERIODS.map((days) => ({
          days,
          now: of(addDays(today, 1 - days), today),
          before: of(addDays(today, 1 - 2 * days), addDays(today, -days)),
        })),
        byDay: daysFromTo(addDays(today, 1 - DAYS), today).map((day) => ({ day, ...of(day, day) })),
        lag: lags.length === 0 ? null : { p50: at(lags, 0.5), p95: at(lags, 0.95), count: lags.length },
        open: open.filter(({ connectionId }) => ids.includes(connectionId)),
        lastPush: last && toIso(last.endedAt),
      },
    }
  },
})

/** The account's own currency first. */
function sum(quarters: readonly AcceptedQuarter[], main: string) {
  const totals = new Map<string, bigint>()
  let [count, score] = [0, 0]
  for (const quarter of quarters) {
    count += quarter.count
    score += quarter.score
    const { currency } = quarter
    if (currency !== null) totals.set(currency, (totals.get(currency) ?? 0n) + quarter.total)
  }
  return {
    count,
    values: [...totals]
      .sort(([a], [b]) => Number(b === main) - Number(a === main) || (a < b ? -1 : 1))
      .map(([currency, total]) => ({ amount: toDecimal(total, currency), currency })),
    matchScore: count === 0 ? null : Math.round((10 * score) / count) / 10,
  }
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
