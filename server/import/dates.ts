import { bad, good, type Result } from '../../core/model/result.ts'
import { MINUTE } from '../../core/model/time.ts'

/** Reads a cell as epoch ms. */
export type ReadDate = (text: string) => Result<number>

type Part = 'year' | 'month' | 'day' | 'hour' | 'hour12' | 'minute' | 'second' | 'half'

const TOKENS: Record<string, [part: Part, pattern: string]> = {
  YYYY: ['year', '(\\d{4})'],
  MM: ['month', '(\\d{2})'],
  M: ['month', '(\\d{1,2})'],
  DD: ['day', '(\\d{2})'],
  D: ['day', '(\\d{1,2})'],
  HH: ['hour', '(\\d{2})'],
  H: ['hour', '(\\d{1,2})'],
  hh: ['hour12', '(\\d{2})'],
  h: ['hour12', '(\\d{1,2})'],
  mm: ['minute', '(\\d{2})'],
  ss: ['second', '(\\d{2})'],
  A: ['half', '([AaPp][Mm])'],
}

/**
 * Compiles a date format such as `M/D/YYYY` or `DD.MM.YYYY HH:mm` in a time zone. A date without a time is the start of
 * its day there. A time that a clock change skips is read as if the clock had not changed yet; of two that are the same,
 * the first.
 */
export function compileDate(format: string, timezone: string): Result<ReadDate> {
  if (!isZone(timezone)) return bad('the time zone is not an IANA name such as America/New_York')
  const parts: Part[] = []
  const pattern = format.replaceAll(/YYYY|MM?|DD?|HH?|hh?|mm|ss|A|[\s\S]/g, (word) => {
    const token = TOKENS[word]
    if (!token) return word.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
    parts.push(token[0])
    return token[1]
  })
  const has = (part: Part) => parts.filter((each) => each === part).length
  if (has('year') !== 1 || has('month') !== 1 || has('day') !== 1)
    return bad('a date format needs YYYY, M or MM, and D or DD, each once')
  if (new Set(parts).size !== parts.length) return bad('a date format names each part once')
  if (has('hour12') !== has('half')) return bad('h or hh goes with A (AM or PM), and A with h or hh')
  const regex = new RegExp(`^${pattern}$`)
  const offsetAt = zoneOffset(timezone)
  return good((text) => {
    const found = regex.exec(text)
    if (found === null) return bad(`is not a date of the form ${format}`)
    const read: Partial<Record<Part, string>> = {}
    parts.forEach((part, at) => {
      read[part] = found[at + 1] ?? ''
    })
    const local = localTime(read)
    return local === null ? bad('is not a date that exists') : good(toEpoch(local, offsetAt))
  })
}

/** The wall clock as if it were UTC, epoch ms; `null` for a date or time that no calendar has. */
function localTime(read: Partial<Record<Part, string>>): number | null {
  const number = (part: Part, otherwise: number) =>
    read[part] === undefined ? otherwise : Number(read[part])
  const half = read.half?.toLowerCase()
  const hour12 = number('hour12', 12)
  if (half && (hour12 < 1 || hour12 > 12)) return null
  const hour = half ? (hour12 % 12) + (half === 'pm' ? 12 : 0) : number('hour', 0)
  const [year, month, day] = [number('year', 0), number('month', 0), number('day', 0)]
  const [minute, second] = [number('minute', 0), number('second', 0)]
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  // Date.UTC carries overflow on and reads years below 100 as 19xx; both come back different.
  const exists =
    time.getUTCFullYear() === year &&
    time.getUTCMonth() === month - 1 &&
    time.getUTCDate() === day &&
    time.getUTCHours() === hour &&
    time.getUTCMinutes() === minute &&
    time.getUTCSeconds() === second
  return exists ? time.getTime() : null
}

function toEpoch(local: number, offsetAt: (epoch: number) => number): number {
  // The offset is that of the answer, which is not known yet: the one an hour or two around it is tried first.
  const before = offsetAt(local - 24 * 60 * MINUTE)
  const after = offsetAt(local + 24 * 60 * MINUTE)
  const first = local - before
  if (before === after || offsetAt(first) === before) return first
  const second = local - after
  return offsetAt(second) === after ? second : first
}

/** How far a zone's clock is ahead of UTC at a moment, in ms. */
function zoneOffset(timezone: string): (epoch: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const known = new Map<number, number>()
  return (epoch) => {
    // Clocks change at most once in a quarter of an hour, and a file names the same days again and again.
    const slot = Math.floor(epoch / (15 * MINUTE)) * 15 * MINUTE
    const remembered = known.get(slot)
    if (remembered !== undefined) return remembered
    const parts = new Map(format.formatToParts(slot).map(({ type, value }) => [type, Number(value)]))
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
    const shown = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    )
    if (known.size > 100_000) known.clear()
    known.set(slot, shown - slot)
    return shown - slot
  }
}

function isZone(timezone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: timezone })
    return true
  } catch {
    return false
  }
}
