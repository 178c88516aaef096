import { bad, good, type Result } from './result.ts'

/** Milliseconds. */
export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d\d:?\d\d|[+-]\d\d)$/

const NEEDS =
  'must be a date and time with an offset, such as 2026-11-20T10:00:00Z or 2026-11-20T11:00:00+01:00'

/**
 * Reads an ISO 8601 / RFC 3339 moment as epoch milliseconds (finer digits are cut). The offset is required: a
 * local time without one would silently mean a different moment on every host. Impossible dates and leap
 * seconds are refused.
 */
export function parseInstant(text: string): Result<number> {
  if (PLAIN_UTC.test(text)) {
    const plain = plainUtc(text)
    if (plain !== null) return good(plain)
  }
  const parts = text.length <= 40 ? INSTANT.exec(text) : null
  if (parts === null) return bad(NEEDS)
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = '', zone = ''] =
    parts
  const shown = Date.UTC(
    +year,
    +month - 1,
    +day,
    +hour,
    +minute,
    +second,
    +fraction.slice(0, 3).padEnd(3, '0'),
  )
  // Date.UTC carries overflow on (Feb 30 becomes Mar 2) and reads years below 100 as 19xx; both come back
  // different.
  const back = new Date(shown)
  if (
    back.getUTCFullYear() !== +year ||
    back.getUTCMonth() !== +month - 1 ||
    back.getUTCDate() !== +day ||
    back.getUTCHours() !== +hour ||
    back.getUTCMinutes() !== +minute ||
    back.getUTCSeconds() !== +second
  ) {
    return bad(`is not a date and time that exists; it ${NEEDS}`)
  }
  const offset = offsetMs(zone)
  return offset === null ? bad(`has an impossible offset; it ${NEEDS}`) : good(shown - offset)
}

const PLAIN_UTC = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/
const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** What nearly all senders write, in a sixth of the time; `null` leaves a rare or impossible date to the long way. */
function plainUtc(text: string): number | null {
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  if (day === 0 || day > (DAYS[month] ?? 0) || hour > 23 || minute > 59 || second > 59) return null
  const ms = text.length === 24 ? twoDigits(text, 20) * 10 + text.charCodeAt(22) - 48 : 0
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  return Date.UTC(year, month - 1, day, hour, minute, second, ms)
}

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 48 * 11
}

function offsetMs(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = +zone.slice(1, 3)
  const minutes = +zone.slice(3).replace(':', '')
  if (hours > 23 || minutes > 59) return null
  const size = hours * HOUR + minutes * MINUTE
  return zone.startsWith('-') ? -size : size
}

/** Epoch milliseconds as `2026-11-20T10:00:00.000Z`. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString()
}

const UNITS = new Map([
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
  ['d', DAY],
  ['w', 7 * DAY],
])

/** Reads a whole number and a unit (`90s`, `15m`, `12h`, `30d`, `2w`) as milliseconds. */
export function parseDuration(text: string): Result<number> {
  const parts = /^(\d{1,7})([smhdw])$/.exec(text.trim())
  const unit = UNITS.get(parts?.[2] ?? '')
  if (parts === null || unit === undefined)
    return bad('must be a whole number and a unit, such as 90s, 15m, 12h, 30d or 2w')
  return good(Number(parts[1]) * unit)
}
