import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from '../../../core/tiktok/redact.ts'

describe('redact', () => {
  it.each([
    ['mail ada@example.com!', 'mail [email]'],
    ['mail ada%40example.com', 'mail [email]'],
    ['call +14155550100 now', 'call [phone] now'],
    ['call +1 (415) 555-0100', 'call [phone]'],
    ['call %2B14155550100', 'call [phone]'],
    [`digest ${'ab12'.repeat(16)}`, 'digest [digest]'],
    ['from 203.0.113.7:443', 'from [ip]:443'],
    ['from 2001:db8:0:0:0:0:0:7', 'from [ip]'],
    ['from 2001:db8::7', 'from [ip]'],
    ['GET /x/?app_id=1&secret=abc&page=1', 'GET /x/?app_id=1&secret=[secret]&page=1'],
    ['{"access_token":"abc","b":1}', '{"access_token":"[secret]","b":1}'],
    ['Access-Token: abcdef', 'Access-Token: [secret]'],
    ['page https://shop.example/?ttclid=E.C.P.abc&x=1', 'page https://shop.example/?ttclid=[click]&x=1'],
    ['a\nforged line\u001b[31m', 'a forged line [31m'],
  ])('%j becomes %j', (text, clean) => {
    expect(redact(text)).toBe(clean)
  })

  it.each([
    'No permission to operate pixel code: BU35TSQHT2A1QT375OMG. You must be an admin or operator of this advertiser account.',
    'Batch.0.properties.contents.0.content_id: Not a valid string',
    'Invalid value for event_source_id: not a valid string.',
    'data.3.event_time: 1763740800 at 10:00:00 of advertiser 7000000000000000001',
    'Auth_code is used',
  ])('leaves what people must read: %s', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('never lets a secret through, plain or percent-encoded', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, maxLength: 40 }).filter((secret) => secret.trim().length > 7),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          expect(redact(before + secret + after, [secret])).not.toContain(secret)
          expect(redact(encodeURIComponent(secret), [secret])).not.toContain(secret)
        },
      ),
    )
  })

  it('is short, on one line and well-formed whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const clean = redact(text)
        expect(clean.length).toBeLessThanOrEqual(500)
        expect(clean.isWellFormed()).toBe(true)
        expect(clean).not.toMatch(/\p{Cc}/u)
      }),
    )
  })

  it('does not slow down on hostile text', () => {
    for (const text of [
      'a'.repeat(1e6),
      '+1'.repeat(5e5),
      'a@'.repeat(5e5),
      '1.'.repeat(5e5),
      'ab:'.repeat(3e5),
    ]) {
      expect(redact(text).length).toBeLessThanOrEqual(500)
    }
  })
})
