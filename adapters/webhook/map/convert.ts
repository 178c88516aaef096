import { exponentOf, parseCurrency } from '../../../core/model/currency.ts'
import type { JsonValue } from '../../../core/model/json.ts'
import { toIso } from '../../../core/model/time.ts'

/** Conversions that senders need. What one does not recognise it leaves as it is, for the item to judge. */
export const CONVERSIONS = ['minor', 'seconds', 'milliseconds', 'utc', 'price', 'url'] as const
export type Conversion = (typeof CONVERSIONS)[number]

/** What a conversion knows beside its value. */
export interface Around {
  /** The currency of the item, as it was mapped. */
  currency: unknown
  decimals: Record<string, number> | undefined
}

/** The converted value; `undefined` when there is nothing to take. */
export function convert(value: JsonValue, conversion: Conversion, around: Around): JsonValue | undefined {
  switch (conversion) {
    case 'minor':
      return fromMinor(value, around)
    case 'seconds':
      return fromEpoch(value, 1000)
    case 'milliseconds':
      return fromEpoch(value, 1)
    case 'utc':
      return typeof value === 'string' && WITHOUT_OFFSET.test(value) ? `${value}Z` : value
    case 'price':
      return typeof value === 'number' ? rounded(value) : value
    case 'url':
      return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value)
        ? value
        : undefined
  }
}

const WITHOUT_OFFSET = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?$/

/**
 * Smallest units as a decimal: 420000 of USD is 4200.00. Anything but a whole number becomes a text that no amount is,
 * because 12.5 left as it is would be read as major units.
 */
function fromMinor(value: JsonValue, { currency, decimals }: Around): JsonValue {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^-?\d{1,20}$/.test(text)) return 'not a whole number of the smallest unit'
  const read = typeof currency === 'string' ? parseCurrency(currency) : null
  // Without a currency the item is refused for that, whatever its amount.
  if (!read?.ok) return text
  const places = decimals?.[read.value] ?? exponentOf(read.value)
  if (places === 0) return text
  const sign = text.startsWith('-') ? '-' : ''
  const digits = text.slice(sign.length).padStart(places + 1, '0')
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

// The range of Date, so that toIso cannot throw.
const LAST_MS = 8.64e15

function fromEpoch(value: JsonValue, unit: number): JsonValue {
  const number = typeof value === 'string' && /^\d{1,16}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof number !== 'number') return value
  const ms = Math.floor(number * unit)
  return ms >= 0 && ms <= LAST_MS ? toIso(ms) : value
}

// Shops compute prices of units as floats (19.990000000000002). Past 1e15 toFixed writes exponents, and nothing costs that.
function rounded(price: number): JsonValue {
  return Math.abs(price) < 1e15 ? String(Number(price.toFixed(6))) : price
}
