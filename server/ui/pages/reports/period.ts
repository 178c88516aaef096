/** Account days, both included. */
export interface DayPeriod {
  from: string
  to: string
}

/** The periods a page offers, in days up to yesterday. */
export const PERIOD_DAYS = [7, 28, 90] as const

const DAY = /^\d{4}-\d\d-\d\d$/

/** The day it is in a time zone. */
export function todayIn(timezone: string, now: number): string {
  // This locale writes days as ISO 8601 does.
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(now)
}

/** A calendar day so many days later; days are days of the calendar here, whatever the clocks do. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** How many days later the second one is. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

/** The last so many days before today, which is not over yet. */
export function lastDays(today: string, days: number): DayPeriod {
  return { from: daysAfter(today, -days), to: daysAfter(today, -1) }
}

/** What the address asks for, as far as it is a period; else the last four weeks. */
export function periodOf(query: URLSearchParams, today: string): DayPeriod {
  const from = query.get('from') ?? ''
  const to = query.get('to') ?? ''
  return DAY.test(from) && DAY.test(to) && from <= to ? { from, to } : lastDays(today, 28)
}

/** Which of the offered periods it is; null for another. */
export function offeredPeriod({ from, to }: DayPeriod, today: string): number | null {
  return (
    PERIOD_DAYS.find((days) => lastDays(today, days).from === from && lastDays(today, days).to === to) ?? null
  )
}
