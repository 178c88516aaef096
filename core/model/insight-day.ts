import { dayEnd } from './account-day.ts'
import { DAY, HOUR } from './time.ts'

/**
 * How much the figures of an account day are worth.
 *
 * - `open`         the day has not ended
 * - `incomplete`   never pulled after its end, the last pull lacked a part, or it was pulled in another time zone
 * - `provisional`  pulled, but TikTok may still add to it
 * - `final`        pulled after every click of the day ran out of its window and TikTok's correction run
 */
export type InsightDayState = 'open' | 'provisional' | 'final' | 'incomplete'

/** What is known of the pulls of one account day. */
export interface InsightDay {
  day: string
  /** When its figures were pulled last, all of them; epoch ms, null for never. */
  completeAt: number | null
  /** When a later pull of it failed, and why; null after a pull that brought everything. */
  failedAt: number | null
  problem: string
  /** Of the account, as of the last pull that brought everything (else of the last). */
  timezone: string
  currency: string
  /** The longest click window among its ad groups, in days. */
  clickDays: number
}

/** The state of a day at `now`; `timezone` is the account's today, `correctionHour` when TikTok corrects days (UTC). */
export function insightDayState(
  { day, completeAt, failedAt, timezone: pulledIn, clickDays }: InsightDay,
  { now, timezone, correctionHour }: { now: number; timezone: string; correctionHour: number },
): InsightDayState {
  const end = dayEnd(day, timezone)
  if (now < end) return 'open'
  if (completeAt === null || completeAt < end || pulledIn !== timezone) return 'incomplete'
  if (completeAt >= finalFrom(end, clickDays, correctionHour)) return 'final'
  return failedAt === null ? 'provisional' : 'incomplete'
}

/** The same for a day of which some may have been pulled, and some never. */
export function stateOfDay(
  day: string,
  pulled: readonly InsightDay[],
  at: { now: number; timezone: string; correctionHour: number },
): InsightDayState {
  const never = {
    day,
    completeAt: null,
    failedAt: null,
    problem: '',
    timezone: at.timezone,
    currency: '',
    clickDays: 0,
  }
  return insightDayState(pulled.find((each) => each.day === day) ?? never, at)
}

/** From when on a pull finds the last word: the first correction run after every click's window closed. */
function finalFrom(end: number, clickDays: number, correctionHour: number): number {
  const closed = end + clickDays * DAY
  const run = Math.floor(closed / DAY) * DAY + correctionHour * HOUR
  return run > closed ? run : run + DAY
}
