import { DAY, HOUR } from '../../core/model/time.ts'

/** The end of the day that `at` (epoch ms) lies in, by the clock of a time zone; UTC where the zone is not known. */
export function midnightAfter(at: number, timezone: string): number {
  const format = formatFor(timezone)
  const today = format.format(at)
  // Days have 23 to 25 hours: the first hour of another date, then the moment within it.
  let low = at
  let high = at + HOUR
  while (format.format(high) === today && high < at + 2 * DAY) {
    low = high
    high += HOUR
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (format.format(middle) === today) low = middle
    else high = middle
  }
  return high
}

function formatFor(timezone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, ...parts })
  } catch {
    return new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', ...parts })
  }
}
