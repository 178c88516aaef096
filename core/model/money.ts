import { exponentOf, isCurrency } from './currency.ts'
import { bad, good, type Result } from './result.ts'

/** An exact amount. `minor` is a safe integer in the currency's smallest unit: 420000 is 4200.00 USD. */
export interface Money {
  minor: number
  currency: string
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/
// Far above any amount that fits; keeps a hostile megabyte of digits away from the arithmetic.
const LONGEST = 64
// A double tells all decimals of 15 digits apart; past that JSON.parse reads two amounts as one number
// (76759617757111.41 as 76759617757111.4).
const LARGEST_JSON_NUMBER = 999_999_999_999_999

/**
 * Reads an amount in a known currency (see `parseCurrency`). Strings must be plain decimals, `-` at most once
 * in front; JSON numbers count when their shortest form is one. Nothing is rounded: what does not fit is a
 * problem.
 */
export function parseMoney(amount: string | number, currency: string): Result<Money> {
  if (!isCurrency(currency)) return bad('currency must be an ISO 4217 code in capitals')
  const text = typeof amount === 'number' ? String(amount) : amount
  if (text.length > LONGEST) return bad(`amount is longer than ${LONGEST} characters`)
  const parts = DECIMAL.exec(text)
  if (parts === null) {
    return bad(
      'amount must be a plain decimal such as "4200.00": no exponent, grouping, comma or currency sign',
    )
  }
  const exponent = exponentOf(currency)
  const fraction = parts[3] ?? ''
  if (/[1-9]/.test(fraction.slice(exponent))) {
    return bad(`amount has more than the ${exponent} decimals of ${currency}`)
  }
  const digits = Number((parts[2] ?? '') + fraction.slice(0, exponent).padEnd(exponent, '0'))
  if (!Number.isSafeInteger(digits)) return bad('amount is too large to be counted exactly')
  if (typeof amount === 'number' && digits > LARGEST_JSON_NUMBER) {
    return bad('amount has more digits than a JSON number keeps: give it as a string such as "4200.00"')
  }
  return good({ minor: parts[1] === '-' && digits !== 0 ? -digits : digits, currency })
}

/**
 * Reads a sum that somebody else made, as a plain decimal: more decimals than the currency has (after a conversion, say)
 * are rounded half to even. `null` for what is no such number.
 */
export function parseRounded(amount: string, currency: string): Money | null {
  const exact = parseMoney(amount, currency)
  if (exact.ok) return exact.value
  if (amount.length > LONGEST || !DECIMAL.test(amount)) return null
  const { units, scale } = exactDecimal(amount)
  const wanted = 10n ** BigInt(exponentOf(currency))
  const size = units < 0n ? -units : units
  if (size * wanted > BigInt(Number.MAX_SAFE_INTEGER) * scale) return null
  return { minor: roundHalfEven(units * wanted, scale), currency }
}

/** Minor units as a decimal with the currency's own number of decimals: 125000, KWD becomes `125.000`. */
export function toDecimal(minor: number | bigint, currency: string): string {
  const exponent = exponentOf(currency)
  const negative = minor < 0
  const digits = String(negative ? -minor : minor).padStart(exponent + 1, '0')
  const split = digits.length - exponent
  const text = exponent === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`
  return negative ? `-${text}` : text
}

/** The amount as written everywhere outside: `4200.00`, `500` for JPY, `1.250` for KWD. */
export function formatAmount(money: Money): string {
  return toDecimal(money.minor, money.currency)
}

/** Adds minor units of one currency without a ceiling. */
export function sumMinor(minors: Iterable<number>): bigint {
  // Plain additions while they are exact; BigInt only when a partial sum would leave the safe range.
  let total = 0n
  let partial = 0
  for (const minor of minors) {
    const next = partial + minor
    if (Number.isSafeInteger(next)) partial = next
    else {
      total += BigInt(partial)
      partial = minor
    }
  }
  return total + BigInt(partial)
}

/**
 * Converts at an exact decimal rate: how many whole units of `currency` one whole unit of the amount's
 * currency buys. Rounds half to even. A rate that is not a plain positive decimal, or a result past the safe
 * range, throws a RangeError: check rates with `isRate` where they come in.
 */
export function convert(money: Money, rate: string, currency: string): Money {
  if (!isRate(rate)) throw new RangeError('a rate must be a plain decimal above zero such as "1.0842"')
  const { units, scale } = exactDecimal(rate)
  const shift = exponentOf(currency) - exponentOf(money.currency)
  const up = shift > 0 ? 10n ** BigInt(shift) : 1n
  const down = shift < 0 ? 10n ** BigInt(-shift) : 1n
  return { minor: roundHalfEven(BigInt(money.minor) * units * up, scale * down), currency }
}

/**
 * A share of an amount, `percent` as a plain decimal (`"12.5"`), rounded half to even. Throws RangeError like
 * `convert`.
 */
export function percentOf(money: Money, percent: string): Money {
  if (percent.length > LONGEST || !DECIMAL.test(percent)) {
    throw new RangeError('a percentage must be a plain decimal such as "12.5"')
  }
  const { units, scale } = exactDecimal(percent)
  return { minor: roundHalfEven(BigInt(money.minor) * units, scale * 100n), currency: money.currency }
}

/** Whether `convert` takes this rate: a plain decimal above zero. */
export function isRate(rate: string): boolean {
  return rate.length <= LONGEST && DECIMAL.test(rate) && !rate.startsWith('-') && /[1-9]/.test(rate)
}

function exactDecimal(text: string): { units: bigint; scale: bigint } {
  const point = text.indexOf('.')
  if (point < 0) return { units: BigInt(text), scale: 1n }
  return { units: BigInt(text.replace('.', '')), scale: 10n ** BigInt(text.length - point - 1) }
}

function roundHalfEven(numerator: bigint, denominator: bigint): number {
  const negative = numerator < 0n
  const size = negative ? -numerator : numerator
  const floor = size / denominator
  const twice = (size % denominator) * 2n
  const up = twice > denominator || (twice === denominator && floor % 2n === 1n)
  const rounded = Number(up ? floor + 1n : floor)
  if (!Number.isSafeInteger(rounded))
    throw new RangeError('the converted amount is too large to be counted exactly')
  return negative && rounded !== 0 ? -rounded : rounded
}
