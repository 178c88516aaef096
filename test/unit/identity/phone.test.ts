import fc from 'fast-check'
import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/min'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../core/identity/digest.ts'
import { hashPhone, isPlainE164, readPhone, readPlainNational } from '../../../core/identity/phone.ts'
import { VECTORS } from './vectors.ts'

describe('hashPhone', () => {
  it('gives the documented digest, and never the one without the plus', () => {
    expect(hashPhone(VECTORS.phone.input, null)).toEqual({ ok: true, value: VECTORS.phone.digest })
    expect(hashPhone(VECTORS.phoneWithoutPlus.input, 'US')).toEqual({ ok: true, value: VECTORS.phone.digest })
    expect(sha256(VECTORS.phoneWithoutPlus.input)).toBe(VECTORS.phoneWithoutPlus.digest)
  })

  it('takes over a digest, in lower case, even one of digits alone', () => {
    expect(hashPhone(VECTORS.phone.digest.toUpperCase(), null)).toEqual({
      ok: true,
      value: VECTORS.phone.digest,
    })
    expect(hashPhone('1234567890'.repeat(7).slice(0, 64), 'US')).toMatchObject({ ok: true })
  })

  it('hashes what it reads', () => {
    expect(hashPhone('(415) 555-0100', 'US')).toEqual({ ok: true, value: sha256('+14155550100') })
  })
})

describe('readPhone', () => {
  it.each<[string, string, string | null, string]>([
    ['spaces and signs', '+1 (415) 555-0100', null, '+14155550100'],
    ['full-width characters', '＋１（４１５）５５５－０１００', null, '+14155550100'],
    ['Arabic-Indic digits', '+١٤١٥٥٥٥٠١٠٠', null, '+14155550100'],
    ['Persian digits', '+۱۴۱۵۵۵۵۰۱۰۰', null, '+14155550100'],
    ['Devanagari digits', '+१४१५५५५०१००', null, '+14155550100'],
    ['Bengali digits', '+১৪১৫৫৫৫০১০০', null, '+14155550100'],
    ['direction marks', '\u202a+1 415 555 0100\u202c', null, '+14155550100'],
    ['zero-width characters', '+1415\u200b555\u20600100', null, '+14155550100'],
    ['a 00 prefix', '0044 20 7946 0000', null, '+442079460000'],
    ['a 00 prefix in Arabic digits', '٠٠١٤١٥٥٥٥٠١٠٠', null, '+14155550100'],
    ['a 00 prefix in brackets', '(00) 44 20 7946 0000', null, '+442079460000'],
    ['a 00 prefix where people dial 011', '0044 20 7946 0000', 'US', '+442079460000'],
    ['a 00 prefix where people dial 0011', '0044 20 7946 0000', 'AU', '+442079460000'],
    ['the prefix people dial in the US', '011 44 20 7946 0000', 'US', '+442079460000'],
    ['the prefix people dial in Australia', '0011 44 20 7946 0000', 'AU', '+442079460000'],
    ['a trunk zero', '020 7946 0000', 'GB', '+442079460000'],
    ['a trunk zero after the country code', '+44 (0)20 7946 0000', null, '+442079460000'],
    ['a zero that belongs to the number', '+39 06 1234 5678', null, '+390612345678'],
    ['an extension in words', '415-555-0100 ext. 5', 'US', '+14155550100'],
    ['an extension after x', '415-555-0100 x5', 'US', '+14155550100'],
    ['an extension by RFC 3966', 'tel:+1-415-555-0100;ext=5', null, '+14155550100'],
    ['a note behind it', '+1 415 555 0100 (mobile)', null, '+14155550100'],
    ['the default country in small letters', '(415) 555-0100', 'us', '+14155550100'],
    ['a plus in spite of the default country', '+44 20 7946 0000', 'US', '+442079460000'],
    ['15 digits, none cut', '+49 151 1234567890', null, '+491511234567890'],
    ['an unknown default country, with a plus', '+14155550100', 'ZZ', '+14155550100'],
  ])('reads %s', (_what, text, country, expected) => {
    expect(readPhone(text, country)).toEqual({ ok: true, value: expected })
  })

  it.each<[string, string | null, string]>([
    ['n/a', 'US', 'no digits'],
    ['-', 'US', 'no digits'],
    ['0000000', 'DE', 'placeholder'],
    ['0000000000', 'US', 'possible'],
    ['1111111111', 'US', 'placeholder'],
    ['+19999999999', null, 'placeholder'],
    ['1234567890', 'US', 'placeholder'],
    ['123', 'US', 'possible'],
    ['555-0100', 'US', 'possible'],
    ['080-0000', 'CA', 'possible'],
    ['+1415555010', null, 'possible'],
    ['+141555501000', null, 'possible'],
    ['+4915112345678901', null, 'possible'],
    ['+999123456789', null, 'possible'],
    ['+0123456789', null, 'possible'],
    ['415-555-0100 or 415-555-0101', 'US', 'possible'],
    ['4155550100', null, 'no default country'],
    ['14155550100', 'ZZ', 'no default country'],
    ['1'.repeat(251), 'US', 'longer'],
  ])('leaves out %j', (text, country, why) => {
    expect(readPhone(text, country)).toMatchObject({ ok: false, problem: expect.stringContaining(why) })
  })

  it('reads what it wrote as the same number, whatever was given', () => {
    fc.assert(
      fc.property(anyPhone, fc.constantFrom(null, ...getCountries()), (text, country) => {
        const once = readPhone(text, country)
        if (!once.ok) return
        expect(once.value).toMatch(/^\+[1-9]\d{4,14}$/)
        expect(readPhone(once.value, country)).toEqual(once)
      }),
      { numRuns: 2000 },
    )
  })
})

const callingCode = fc.constantFrom(...getCountries()).map((country) => `+${getCountryCallingCode(country)}`)
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 16 })
const e164Like = fc.oneof(
  fc.tuple(callingCode, digits).map((parts) => parts.join('')),
  fc
    .tuple(callingCode, fc.constantFrom('0', '1', '8', '06', '015', '9'), digits)
    .map((parts) => parts.join('')),
  digits.map((text) => `+${text}`),
)
const anyPhone = fc.oneof(
  e164Like,
  digits,
  fc.string({ unit: fc.constantFrom(...'0123456789+-() .x;ext=٣３'), maxLength: 24 }),
  fc.string({ maxLength: 24 }),
)

describe('isPlainE164', () => {
  it('says yes only to what the library gives back unchanged', () => {
    fc.assert(
      fc.property(anyPhone, (text) => {
        if (isPlainE164(text)) expect(readPhone(text, null)).toEqual({ ok: true, value: text })
      }),
      { numRuns: 20_000 },
    )
  })

  it('never changes the answer, whatever the default country', () => {
    fc.assert(
      fc.property(e164Like, fc.constantFrom(null, 'US', 'DE', 'GB', 'AR', 'AU', 'ZZ'), (text, country) => {
        const long = readPhone(text, country)
        expect(hashPhone(text, country)).toEqual(long.ok ? { ok: true, value: sha256(long.value) } : long)
      }),
      { numRuns: 5000 },
    )
  })

  it('never changes the answer to a number as people at home write it, in any country', () => {
    const grouped = fc.string({ unit: fc.constantFrom(...'0123456789123456789 .-()'), maxLength: 18 })
    const atHome = fc.oneof(
      grouped,
      e164Like.map((text) => text.slice(2)),
      digits,
    )
    fc.assert(
      fc.property(atHome, fc.constantFrom(...getCountries()), (text, country) => {
        const plain = readPlainNational(text, country)
        if (plain !== null) expect(readPhone(text, country)).toEqual({ ok: true, value: plain })
      }),
      { numRuns: 30_000 },
    )
  })

  it.each(['(415) 555-0100', '415 555 0100', '415.555.0100'])('reads %s without the library', (text) => {
    expect(readPlainNational(text, 'US')).toBe('+14155550100')
  })

  it.each(['1 415 555 0100', '011 44 20 7946 0958', '415 555 0100 x5', '5550100', '+1 415 555 0100'])(
    'leaves %j at home to the long way',
    (text) => {
      expect(readPlainNational(text, 'US')).toBeNull()
    },
  )

  it('agrees with the library on an example number of every country, and takes most of them', () => {
    const numbers = getCountries()
      .flatMap((country) => getExampleNumber(country, examples)?.number ?? [])
      // The examples of Ivory Coast and Malaysia are runs of digits, which we take for inventions.
      .filter((number) => !number.endsWith('123456789'))
    for (const number of numbers) expect(readPhone(number, null)).toEqual({ ok: true, value: number })
    expect(numbers.filter(isPlainE164).length / numbers.length).toBeGreaterThan(0.9)
  })

  it.each([
    '',
    '+',
    '14155550100',
    '+1415555010',
    '+1 4155550100',
    '+0415555010',
    '+11111111111',
    '+1234567890123456',
  ])('leaves %j to the long way', (text) => {
    expect(isPlainE164(text)).toBe(false)
  })
})
