import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../core/identity/digest.ts'
import { hashIdentity } from '../../../core/identity/hash-identity.ts'
import { emptyHashedIdentity, emptyRawIdentity, type RawIdentity } from '../../../core/identity/identity.ts'
import { VECTORS } from './vectors.ts'

const US = { defaultCountry: 'US' }
const HEX = /^[0-9a-f]{64}$/

function raw(fields: Partial<RawIdentity>): RawIdentity {
  return { ...emptyRawIdentity(), ...fields }
}

describe('hashIdentity', () => {
  it('hashes every field by its rule', () => {
    const hashed = hashIdentity(
      raw({
        emails: [VECTORS.email.input],
        phones: [VECTORS.phone.input],
        externalIds: [VECTORS.externalId.input],
        firstName: 'Ada',
        lastName: "O'Neil",
        zip: '94105-1234',
        city: 'San Francisco',
        state: 'CA',
        country: 'US',
        ip: '203.0.113.7',
        userAgent: 'Mozilla/5.0',
        locale: 'en-US',
      }),
      { defaultCountry: null },
    )
    expect(hashed).toEqual({
      kind: 'hashed',
      email: [VECTORS.email.digest],
      phone: [VECTORS.phone.digest],
      externalId: [VECTORS.externalId.digest],
      firstName: sha256('ada'),
      lastName: sha256('oneil'),
      zip: sha256('94105'),
      city: 'san francisco',
      state: 'ca',
      country: 'us',
      ip: '203.0.113.7',
      userAgent: 'Mozilla/5.0',
      locale: 'en-US',
      dropped: [],
    })
  })

  it('takes blank fields for absent ones', () => {
    const blank = raw({
      emails: ['', '  '],
      phones: ['\t'],
      firstName: '',
      zip: ' ',
      country: '',
      ip: '',
      locale: ' ',
    })
    expect(hashIdentity(blank, US)).toEqual(emptyHashedIdentity())
    expect(hashIdentity(emptyRawIdentity(), US)).toEqual(emptyHashedIdentity())
  })

  it('names what it leaves out, once per field and reason, without the value', () => {
    const hashed = hashIdentity(
      raw({
        emails: ['n/a', 'none', 'ada@example.com', 'secret-word'],
        phones: ['0000000'],
        country: 'Atlantis',
      }),
      { defaultCountry: 'DE' },
    )
    expect(hashed.email).toEqual([sha256('ada@example.com')])
    expect(hashed.phone).toEqual([])
    expect(hashed.dropped).toEqual([
      { field: 'country', why: expect.stringContaining('ISO 3166-1') },
      { field: 'email', why: 'is a placeholder' },
      { field: 'email', why: 'has no @' },
      { field: 'phone', why: 'is a placeholder' },
    ])
    expect(JSON.stringify(hashed)).not.toMatch(/secret-word|Atlantis|0000000/)
  })

  it('keeps each digest once, in the order first seen', () => {
    const hashed = hashIdentity(
      raw({
        emails: ['b@example.com', ' A@example.com', 'B@EXAMPLE.COM', sha256('b@example.com').toUpperCase()],
        phones: ['+1 415 555 0100', '(415) 555-0100', '+14155550100'],
      }),
      US,
    )
    expect(hashed.email).toEqual([sha256('b@example.com'), sha256('a@example.com')])
    expect(hashed.phone).toEqual([sha256('+14155550100')])
    expect(hashed.dropped).toEqual([])
  })

  it('keeps 20 values of a list and says that there were more', () => {
    const emails = Array.from({ length: 25 }, (_, at) => `user${at}@example.com`)
    const hashed = hashIdentity(raw({ emails }), US)
    expect(hashed.email).toEqual(emails.slice(0, 20).map(sha256))
    expect(hashed.dropped).toEqual([{ field: 'email', why: expect.stringContaining('20') }])
    expect(
      hashIdentity(raw({ emails: [...emails.slice(0, 20), ...emails.slice(0, 20)] }), US).dropped,
    ).toEqual([])
  })

  it('cuts US postal codes by the default country when the contact names none', () => {
    expect(hashIdentity(raw({ zip: '94105-1234' }), US).zip).toBe(sha256('94105'))
    expect(hashIdentity(raw({ zip: '94105-1234', country: 'SA' }), US).zip).toBe(sha256('941051234'))
  })

  it('keeps the case of external ids unless the source says otherwise', () => {
    const given = raw({ externalIds: ['U-7', 'u-7'] })
    expect(hashIdentity(given, US).externalId).toEqual([sha256('U-7'), sha256('u-7')])
    expect(hashIdentity(given, { ...US, externalIdCase: 'lower' }).externalId).toEqual([sha256('u-7')])
  })

  it('gives the same answer for digests of its own', () => {
    fc.assert(
      fc.property(
        fc.array(fc.emailAddress(), { maxLength: 5 }),
        fc.array(fc.string(), { maxLength: 5 }),
        (emails, ids) => {
          const once = hashIdentity(raw({ emails, externalIds: ids }), US)
          const twice = hashIdentity(raw({ emails: once.email, externalIds: once.externalId }), US)
          expect(twice.email).toEqual(once.email)
          expect(twice.externalId).toEqual(once.externalId)
        },
      ),
    )
  })

  it('never lets a raw value through, and hashes nothing but digests into the lists', () => {
    const secret = fc.oneof(
      fc.emailAddress(),
      fc.string({ minLength: 4 }).map((text) => `zq${text}`),
      fc.string({ unit: 'binary', minLength: 4 }).map((text) => `zq${text}`),
      fc.stringMatching(/^\+?\d{7,15}$/),
    )
    fc.assert(
      fc.property(secret, fc.constantFrom(null, 'US', 'DE'), (text, defaultCountry) => {
        const hashed = hashIdentity(
          raw({
            emails: [text],
            phones: [text],
            externalIds: [text],
            firstName: text,
            lastName: text,
            zip: text,
          }),
          { defaultCountry },
        )
        for (const digest of [...hashed.email, ...hashed.phone, ...hashed.externalId])
          expect(digest).toMatch(HEX)
        for (const digest of [hashed.firstName, hashed.lastName, hashed.zip])
          if (digest) expect(digest).toMatch(HEX)
        const kept = JSON.stringify(hashed).toLowerCase()
        expect(kept).not.toContain(JSON.stringify(text).slice(1, -1).toLowerCase())
        for (const { why } of hashed.dropped) expect(why.includes(text)).toBe(false)
      }),
    )
  })
})
