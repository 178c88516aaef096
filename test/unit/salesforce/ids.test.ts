import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { id18 } from '../../../adapters/salesforce/ids.ts'

describe('the id of a record', () => {
  it.each([
    ['006xx0000000001', '006xx0000000001AAA'],
    ['00Dxx0000001gER', '00Dxx0000001gEREAY'],
    ['0060000000001e5', '0060000000001e5AAA'],
  ])('is completed from its 15-character form: %s', (short, long) => {
    expect(id18(short)).toBe(long)
    expect(id18(long)).toBe(long)
  })

  const short = fc.stringMatching(/^[A-Za-z0-9]{15}$/)

  it('is the same in both forms', () => {
    fc.assert(
      fc.property(short, (id) => {
        const long = id18(id)
        expect(long?.slice(0, 15)).toBe(id)
        expect(id18(long ?? '')).toBe(long)
      }),
    )
  })

  it('never differs from another in capitals alone', () => {
    fc.assert(
      fc.property(short, fc.nat(14), (id, at) => {
        const letter = id.charAt(at)
        const other = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()
        fc.pre(other !== letter)
        const twin = id.slice(0, at) + other + id.slice(at + 1)
        expect(id18(twin)?.toLowerCase()).not.toBe(id18(id)?.toLowerCase())
      }),
    )
  })

  it.each(['', '006', '006xx00000000011', '006xx0000000001AA_', '../../../etc/pas', 'ＡＢＣ000000000000'])(
    'is not anything else: %j',
    (text) => expect(id18(text)).toBeNull(),
  )
})
