import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, parseDuration, parseInstant, SECOND, toIso } from '../../../core/model/time.ts'

describe('parseInstant', () => {
  it.each([
    ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20t10:00:00z', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20 10:00:00Z', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T10:00Z', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T11:00:00+01:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T11:00:00.000+0100', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T00:30:00+05:30', '2026-11-19T19:00:00.000Z'],
    ['2026-11-20T10:00:00-08', '2026-11-20T18:00:00.000Z'],
    ['2026-11-20T10:00:00.5Z', '2026-11-20T10:00:00.500Z'],
    ['2026-11-20T10:00:00.123456789Z', '2026-11-20T10:00:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2026-12-31T23:59:59-00:00', '2026-12-31T23:59:59.000Z'],
  ])('reads %s', (text, iso) => {
    expect(parseInstant(text)).toEqual({ ok: true, value: Date.parse(iso) })
  })

  it('reads the common way of writing as any other', () => {
    const part = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
    const date = fc.tuple(fc.constantFrom('1000', '1999', '2024', '2025', '2026'), part(14), part(33))
    const clock = fc.tuple(part(25), part(61), part(61))
    const fraction = fc.constantFrom('', '.000', '.120', '.999')
    fc.assert(
      fc.property(date, clock, fraction, (day, hour, rest) => {
        const text = `${day.join('-')}T${hour.join(':')}${rest}`
        expect(parseInstant(`${text}Z`)).toEqual(parseInstant(`${text}+00:00`))
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    '',
    '2026-11-20',
    '2026-11-20T10:00:00',
    '2026-11-20T10:00:00 ',
    '1763740800',
    'Fri, 20 Nov 2026 10:00:00 GMT',
    '2026-02-30T10:00:00Z',
    '2025-02-29T10:00:00Z',
    '2026-13-01T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-11-31T10:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T10:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-11-20T10:00:00+24:00',
    '2026-11-20T10:00:00+01:60',
    '0026-11-20T10:00:00Z',
    '26-11-20T10:00:00Z',
    '２０２６-11-20T10:00:00Z',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toMatchObject({ ok: false, problem: expect.stringContaining('offset') })
  })

  it('reads back every moment toIso writes', () => {
    const moments = fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(moments, (date) => {
        expect(parseInstant(toIso(date.getTime()))).toEqual({ ok: true, value: date.getTime() })
      }),
    )
  })

  it('agrees with the engine wherever both read a text', () => {
    const two = fc.integer({ min: 0, max: 62 }).map((n) => String(n).padStart(2, '0'))
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 9998 }), two, two, two, two, two, (year, mo, d, h, mi, s) => {
        const text = `${year}-${mo}-${d}T${h}:${mi}:${s}+02:00`
        const read = parseInstant(text)
        if (read.ok) expect(read.value).toBe(Date.parse(text))
      }),
    )
  })
})

describe('parseDuration', () => {
  it.each([
    ['90s', 90 * SECOND],
    ['15m', 15 * MINUTE],
    ['12h', 12 * HOUR],
    ['30d', 30 * DAY],
    ['2w', 14 * DAY],
    [' 1d ', DAY],
    ['0d', 0],
    ['9999999w', 9_999_999 * 7 * DAY],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms })
    expect(Number.isSafeInteger(ms)).toBe(true)
  })

  it.each(['', '30', 'd', '-1d', '1.5h', '30 d', '1d12h', '30D', '99999999d', '1y'])('refuses %j', (text) => {
    expect(parseDuration(text).ok).toBe(false)
  })
})
