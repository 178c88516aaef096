import { Temporal } from 'temporal-polyfill'

/** The account day (`2026-11-20`) on which a moment falls in a time zone (IANA name or `Etc/GMT±N`). */
export function accountDay(ms: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone).toPlainDate().toString()
}

/** When an account day begins, epoch ms. Days last 23 to 25 hours where clocks are changed. */
export function dayStart(day: string, timezone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(timezone).epochMilliseconds
}

/** When it has ended: the next one's start, epoch ms. */
export function dayEnd(day: string, timezone: string): number {
  return dayStart(addDays(day, 1), timezone)
}

/** The day `days` later, or earlier when negative. */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString()
}

/** All days from one to another, both included; none when they are the wrong way round. */
export function daysFromTo(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

/** Whether this is a time zone that days can be counted in. */
export function isTimezone(timezone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone)
    return true
  } catch {
    return false
  }
}
