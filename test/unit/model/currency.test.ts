import { describe, expect, it } from 'vitest'
import { CURRENCIES, exponentOf, isCurrency, parseCurrency } from '../../../core/model/currency.ts'

// The list of the Events API reference for `properties.currency`.
const TIKTOK =
  'AED ARS AUD BDT BHD BIF BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DZD EGP EUR GBP GTQ HKD HNL HUF IDR ILS INR ISK ' +
  'JPY KES KHR KRW KWD KZT MAD MOP MXN MYR NGN NIO NOK NZD OMR PEN PHP PKR PLN PYG QAR RON RUB SAR SEK SGD THB TRY ' +
  'TWD UAH USD VES VND ZAR'

describe('currencies', () => {
  it('know everything TikTok takes, and what it does not take but a CRM may hold', () => {
    for (const code of [...TIKTOK.split(' '), 'LKR', 'GEL', 'BGN', 'JOD', 'UYU', 'DOP', 'GHS', 'XOF']) {
      expect(isCurrency(code), code).toBe(true)
    }
  })

  it('are unique three-letter codes in alphabetical order', () => {
    expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length)
    expect(CURRENCIES).toEqual([...CURRENCIES].sort())
    for (const code of CURRENCIES) expect(code).toMatch(/^[A-Z]{3}$/)
  })

  it.each([
    ['USD', 2],
    ['HUF', 2],
    ['JPY', 0],
    ['ISK', 0],
    ['XAF', 0],
    ['KWD', 3],
    ['TND', 3],
    ['CLF', 4],
  ])('%s has %i decimals', (code, exponent) => {
    expect(exponentOf(code)).toBe(exponent)
  })

  it('leave out metals, tests and "no currency"', () => {
    for (const code of ['XXX', 'XTS', 'XAU', 'XAG', 'XPT', 'XPD', 'XDR', 'XBA', 'HRK', 'usd', '']) {
      expect(isCurrency(code), code).toBe(false)
    }
    expect(() => exponentOf('XXX')).toThrow(RangeError)
  })
})

describe('parseCurrency', () => {
  it.each(['USD', 'usd ', ' Usd', '\u00a0usd'])('reads %j as USD', (text) => {
    expect(parseCurrency(text)).toEqual({ ok: true, value: 'USD' })
  })

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['US$', 'three-letter'],
    ['$', 'three-letter'],
    ['US', 'three-letter'],
    ['DOLLAR', 'three-letter'],
    ['ＵＳＤ', 'three-letter'],
    ['ınr', 'three-letter'],
    ['xxx', 'XXX is not'],
    ['XTS', 'XTS is not'],
    ['XAU', 'XAU is not'],
    ['ABC', 'ABC is not'],
  ])('refuses %j and says why', (text, why) => {
    expect(parseCurrency(text)).toMatchObject({ ok: false, problem: expect.stringContaining(why) })
  })
})
