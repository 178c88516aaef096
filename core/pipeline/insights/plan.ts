import { accountDay, addDays, daysFromTo } from '../../model/account-day.ts'
import { type InsightDay, insightDayState } from '../../model/insight-day.ts'
import { DAYS_PER_REPORT } from '../../model/tiktok.ts'
import type { DayRange } from '../../tiktok/reports.ts'

/** TikTok adds to past days for as long as clicks count; two weeks are pulled again in any case. */
const FEWEST_DAYS = 14
/** A host that was away for longer catches up on no more. */
const MOST_DAYS = 365

export interface PlanFacts {
  /** Epoch ms. */
  now: number
  /** The account's time zone and currency, as TikTok says today. */
  timezone: string
  currency: string
  correctionHour: number
  /** The longest click window among the ad groups, in days. */
  clickDays: number
  /** Every day that was ever pulled or tried. */
  known: readonly InsightDay[]
  /** Only so many days, today included; the plan's own choice when null. */
  days: number | null
}

/**
 * Which account days to pull, in as few reports as hold them: today and the days before it for as long as TikTok may change
 * them, every day since the first that is not final (missed, incomplete, late, or counted in another time zone), and every day
 * in another currency.
 */
export function planDays(facts: PlanFacts): DayRange[] {
  const { now, timezone, currency, correctionHour, clickDays, known } = facts
  const today = accountDay(now, timezone)
  if (facts.days !== null) return rangesOf(daysFromTo(addDays(today, 1 - facts.days), today))
  const rolling = addDays(today, 1 - Math.max(FEWEST_DAYS, clickDays + 1))
  const first = known[0]?.day ?? rolling
  const earliest = addDays(today, 1 - MOST_DAYS)
  const byDay = new Map(known.map((day) => [day.day, day]))
  const isDue = (day: string) => {
    const pulled = byDay.get(day)
    if (day >= rolling || pulled === undefined || pulled.currency !== currency) return true
    return insightDayState(pulled, { now, timezone, correctionHour }) !== 'final'
  }
  const from = [first, rolling].sort()[0] as string
  return rangesOf(daysFromTo(from < earliest ? earliest : from, today).filter(isDue))
}

/** Days in a row, 30 at most. */
function rangesOf(days: readonly string[]): DayRange[] {
  const ranges: (DayRange & { length: number })[] = []
  for (const day of days) {
    const last = ranges.at(-1)
    if (last && last.length < DAYS_PER_REPORT && addDays(last.to, 1) === day) {
      last.to = day
      last.length += 1
    } else ranges.push({ from: day, to: day, length: 1 })
  }
  return ranges.map(({ from, to }) => ({ from, to }))
}
