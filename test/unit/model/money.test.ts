import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CURRENCIES, exponentOf } from '../../../core/model/currency.ts'
import {
  convert,
  formatAmount,
  isRate,
  type Money,
  parseMoney,
  percentOf,
  sumMinor,
  toDecimal,
} from '../../../core/model/money.ts'

const currency = fc.constantFrom(...CURRENCIES)
const minor = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1_000_000, max: 1_000_000 }))
const money: fc.Arbitrary<Money> = fc.record({ minor: minor.map((n) => n + 0), currency })
/** A decimal as its digits and the number of them after the point. */
const decimal = fc.record({
  units: fc.bigInt({ min: 1n, max: 10n ** 15n }),
  scale: fc.integer({ min: 0, max: 12 }),
})

function decimalText(units: bigint, scale: number): string {
  const digits = units.toString().padStart(scale + 1, '0')
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

describe('parseMoney', () => {
  it.each<[string | number, string, number]>([
    ['4200.00', 'USD', 420000],
    ['4200', 'USD', 420000],
    ['4200.5', 'USD', 420050],
    ['4200.5000', 'USD', 420050],
    ['007.10', 'USD', 710],
    ['0', 'USD', 0],
    ['-0.00', 'USD', 0],
    ['-5', 'USD', -500],
    [-5, 'USD', -500],
    [-0, 'USD', 0],
    [19.99, 'USD', 1999],
    [4200, 'JPY', 4200],
    ['500', 'JPY', 500],
    ['500.00', 'JPY', 500],
    ['1.250', 'KWD', 1250],
    ['1.25', 'KWD', 1250],
    ['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
    ['0.0001', 'CLF', 1],
  ])('reads %j %s exactly', (amount, code, expected) => {
    expect(parseMoney(amount, code)).toEqual({ ok: true, value: { minor: expected, currency: code } })
  })

  it.each<[string | number, string, string]>([
    [Number.NaN, 'USD', 'plain decimal'],
    [Number.POSITIVE_INFINITY, 'USD', 'plain decimal'],
    [1e21, 'USD', 'plain decimal'],
    [1e-7, 'USD', 'plain decimal'],
    [0.1 + 0.2, 'USD', '2 decimals'],
    [76759617757111.4, 'USD', 'as a string'],
    [Number.MAX_SAFE_INTEGER, 'JPY', 'as a string'],
    [1.005, 'USD', '2 decimals'],
    ['NaN', 'USD', 'plain decimal'],
    ['Infinity', 'USD', 'plain decimal'],
    ['1e400', 'USD', 'plain decimal'],
    ['1e2', 'USD', 'plain decimal'],
    ['1.234,56', 'USD', 'plain decimal'],
    ['1,234.56', 'USD', 'plain decimal'],
    ['1 234', 'USD', 'plain decimal'],
    ['$5', 'USD', 'plain decimal'],
    ['+5', 'USD', 'plain decimal'],
    ['--5', 'USD', 'plain decimal'],
    ['.5', 'USD', 'plain decimal'],
    ['5.', 'USD', 'plain decimal'],
    ['5\n', 'USD', 'plain decimal'],
    ['٥', 'USD', 'plain decimal'],
    ['0x10', 'USD', 'plain decimal'],
    ['', 'USD', 'plain decimal'],
    ['null', 'USD', 'plain decimal'],
    ['1.001', 'USD', '2 decimals'],
    ['1.5', 'JPY', '0 decimals'],
    ['1.2345', 'KWD', '3 decimals'],
    ['90071992547409.92', 'USD', 'too large'],
    ['9'.repeat(40), 'USD', 'too large'],
    ['9'.repeat(100_000), 'USD', 'longer than'],
    ['1', 'XXX', 'currency'],
    ['1', 'usd', 'currency'],
  ])('refuses %j %s', (amount, code, why) => {
    expect(parseMoney(amount, code)).toMatchObject({ ok: false, problem: expect.stringContaining(why) })
  })

  it('reads back what formatAmount writes, in every currency', () => {
    fc.assert(
      fc.property(money, (amount) => {
        expect(parseMoney(formatAmount(amount), amount.currency)).toEqual({ ok: true, value: amount })
      }),
    )
  })

  it('never differs from exact arithmetic on the digits', () => {
    fc.assert(
      fc.property(decimal, fc.boolean(), currency, ({ units, scale }, negative, code) => {
        const read = parseMoney((negative ? '-' : '') + decimalText(units, scale), code)
        const exact = units * 10n ** BigInt(exponentOf(code))
        const fits = exact % 10n ** BigInt(scale) === 0n
        const size = exact / 10n ** BigInt(scale)
        if (!fits || size > BigInt(Number.MAX_SAFE_INTEGER)) expect(read.ok).toBe(false)
        else
          expect(read).toEqual({
            ok: true,
            value: { minor: Number(negative ? -size : size) + 0, currency: code },
          })
      }),
    )
  })

  it('reads a JSON number only as the decimal that was written', () => {
    fc.assert(
      fc.property(minor, (cents) => {
        const written = toDecimal(cents, 'USD')
        const read = parseMoney(JSON.parse(written) as number, 'USD')
        if (read.ok) expect(read.value.minor).toBe(cents + 0)
        else expect(Math.abs(cents)).toBeGreaterThanOrEqual(10 ** 15)
      }),
    )
  })
})

describe('formatAmount and toDecimal', () => {
  it.each([
    [420000, 'USD', '4200.00'],
    [5, 'USD', '0.05'],
    [-5, 'USD', '-0.05'],
    [-0, 'USD', '0.00'],
    [500, 'JPY', '500'],
    [-0, 'JPY', '0'],
    [1250, 'KWD', '1.250'],
    [1, 'CLF', '0.0001'],
  ])('writes %i %s as %s', (units, code, text) => {
    expect(formatAmount({ minor: units, currency: code })).toBe(text)
    expect(toDecimal(BigInt(units), code)).toBe(text)
  })

  it('writes totals past the safe range', () => {
    expect(toDecimal(10n ** 20n + 1n, 'USD')).toBe('1000000000000000000.01')
  })
})

describe('sumMinor', () => {
  it('is exact for any amounts', () => {
    fc.assert(
      fc.property(fc.array(minor), (minors) => {
        expect(sumMinor(minors)).toBe(minors.reduce((sum, next) => sum + BigInt(next), 0n))
      }),
    )
    expect(sumMinor(Array(1000).fill(Number.MAX_SAFE_INTEGER))).toBe(1000n * BigInt(Number.MAX_SAFE_INTEGER))
  })
})

/** Whether `got` is `numerator / denominator` rounded half to even, by the definition rather than by division. */
function isHalfEven(got: bigint, numerator: bigint, denominator: bigint): boolean {
  const off = 2n * (got * denominator - numerator)
  const size = off < 0n ? -off : off
  return size < denominator || (size === denominator && got % 2n === 0n)
}

describe('convert', () => {
  it.each<[number, string, string, string, number]>([
    [10000, 'USD', '0.5', 'EUR', 5000],
    [1, 'USD', '0.5', 'EUR', 0],
    [3, 'USD', '0.5', 'EUR', 2],
    [-1, 'USD', '0.5', 'EUR', 0],
    [-3, 'USD', '0.5', 'EUR', -2],
    [1999, 'USD', '150.25', 'JPY', 3003],
    [1000, 'JPY', '0.0066', 'USD', 660],
    [1250, 'KWD', '3.25', 'USD', 406],
    [100, 'USD', '1', 'USD', 100],
  ])('%i %s at %s is %s %i', (from, code, rate, to, expected) => {
    expect(convert({ minor: from, currency: code }, rate, to)).toEqual({ minor: expected, currency: to })
  })

  it('agrees with exact fractions, half to even', () => {
    fc.assert(
      fc.property(
        fc.record({ minor: fc.integer({ min: -1_000_000, max: 1_000_000 }), currency }),
        fc.record({ units: fc.bigInt({ min: 1n, max: 10n ** 7n }), scale: fc.integer({ min: 0, max: 7 }) }),
        currency,
        (amount, rate, to) => {
          const got = convert(amount, decimalText(rate.units, rate.scale), to).minor
          const numerator = BigInt(amount.minor) * rate.units * 10n ** BigInt(exponentOf(to))
          const denominator = 10n ** BigInt(rate.scale + exponentOf(amount.currency))
          expect(isHalfEven(BigInt(got), numerator, denominator)).toBe(true)
          expect(Object.is(got, -0)).toBe(false)
        },
      ),
    )
  })

  it.each(['0', '0.00', '-1', '1e3', '', '1,5', 'abc', '9'.repeat(65)])('refuses the rate %j', (rate) => {
    expect(isRate(rate)).toBe(false)
    expect(() => convert({ minor: 1, currency: 'USD' }, rate, 'EUR')).toThrow(RangeError)
  })

  it('refuses a result that cannot be counted exactly', () => {
    expect(() => convert({ minor: Number.MAX_SAFE_INTEGER, currency: 'USD' }, '2', 'EUR')).toThrow(
      /too large/,
    )
  })
})

describe('percentOf', () => {
  it.each<[number, string, number]>([
    [1000, '12.5', 125],
    [50, '1', 0],
    [150, '1', 2],
    [-150, '1', -2],
    [1000, '0', 0],
    [1000, '-0.5', -5],
    [1000, '250', 2500],
  ])('of %i at %s is %i', (from, percent, expected) => {
    expect(percentOf({ minor: from, currency: 'USD' }, percent)).toEqual({ minor: expected, currency: 'USD' })
  })

  it('agrees with exact fractions, half to even', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.bigInt(0n, 10n ** 6n),
        fc.integer({ min: 0, max: 6 }),
        (units, share, scale) => {
          const got = percentOf({ minor: units, currency: 'USD' }, decimalText(share, scale)).minor
          expect(isHalfEven(BigInt(got), BigInt(units) * share, 100n * 10n ** BigInt(scale))).toBe(true)
        },
      ),
    )
  })

  it('refuses what is not a plain decimal', () => {
    for (const text of ['12%', '', '1e2', '1/3']) {
      expect(() => percentOf({ minor: 1, currency: 'USD' }, text)).toThrow(RangeError)
    }
  })
})
