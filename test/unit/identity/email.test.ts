import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../core/identity/digest.ts'
import { hashEmail } from '../../../core/identity/email.ts'
import { VECTORS } from './vectors.ts'

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

describe('hashEmail', () => {
  it('gives the documented digest', () => {
    expect(hashEmail(VECTORS.email.input)).toEqual({ ok: true, value: VECTORS.email.digest })
  })

  it.each([
    ['upper case and spaces', '  Alice_ABC@Gmail.COM\t', 'alice_abc@gmail.com'],
    ['a tag, which stays', 'ada+news@example.com', 'ada+news@example.com'],
    ['dots, which stay', 'a.d.a@gmail.com', 'a.d.a@gmail.com'],
    ['zero-width characters', '\ufeffada\u200b@exam\u00adple.com\u200d', 'ada@example.com'],
    ['no-break spaces around it', '\u00a0ada@example.com\u00a0', 'ada@example.com'],
    ['decomposed letters', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['the capital I', 'INFO@EXAMPLE.COM', 'info@example.com'],
    ['the Turkish capital I with a dot', '\u0130LKER@example.com', 'ilker@example.com'],
    ['the same in decomposed form', 'I\u0307LKER@example.com', 'ilker@example.com'],
    ['the same after another system lower-cased it', 'i\u0307lker@example.com', 'ilker@example.com'],
    ['an international domain', 'info@B\u00dcCHER.example', 'info@b\u00fccher.example'],
    ['an international domain in ASCII form', 'info@xn--bcher-kva.example', 'info@xn--bcher-kva.example'],
    ['an international top-level domain', 'info@例え.テスト', 'info@例え.テスト'],
    ['a dotted domain', 'ada@mail.shop.example.co.uk', 'ada@mail.shop.example.co.uk'],
    [
      'characters a local part may have',
      "o'neil/{x}!#$&*=?^`|~@example.com",
      "o'neil/{x}!#$&*=?^`|~@example.com",
    ],
  ])('hashes %s', (_what, given, normal) => {
    expect(hashEmail(given)).toEqual({ ok: true, value: sha256(normal) })
  })

  it('takes over a digest, in lower case', () => {
    const { digest } = VECTORS.email
    expect(hashEmail(digest)).toEqual({ ok: true, value: digest })
    expect(hashEmail(` ${digest.toUpperCase()} `)).toEqual({ ok: true, value: digest })
  })

  it.each([
    ['n/a', 'placeholder'],
    ['N/A', 'placeholder'],
    ['none', 'placeholder'],
    ['test', 'placeholder'],
    ['Unknown', 'placeholder'],
    ['-', 'placeholder'],
    ['null', 'placeholder'],
    ['none@none.com', 'placeholder'],
    ['Test@Test.com', 'placeholder'],
    ['\u200b', 'no @'],
    ['ada', 'no @'],
    ['ada.example.com', 'no @'],
    ['ada@@example.com', 'more than one @'],
    ['a@example.com;b@example.com', 'more than one @'],
    ['ada@localhost', 'domain'],
    ['ada@example.', 'domain'],
    ['ada@.com', 'domain'],
    ['ada@example..com', 'domain'],
    ['ada@-example.com', 'domain'],
    ['ada@example.com,', 'domain'],
    ['ada@10.0.0.1', 'domain'],
    ['ada@exam ple.com', 'domain'],
    ['@example.com', 'plain address'],
    ['ada lovelace@example.com', 'plain address'],
    ['Ada <ada@example.com', 'plain address'],
    ['mailto:ada@example.com', 'plain address'],
    [`${'a'.repeat(320)}@example.com`, 'longer'],
    [EMPTY, 'digest of an empty text'],
    [EMPTY.toUpperCase(), 'digest of an empty text'],
    ['f'.repeat(63), 'no @'],
    ['f'.repeat(65), 'no @'],
  ])('leaves out %j', (text, why) => {
    expect(hashEmail(text)).toMatchObject({ ok: false, problem: expect.stringContaining(why) })
  })

  it('gives one digest for every case and spacing of an address', () => {
    fc.assert(
      fc.property(
        fc.emailAddress(),
        fc.constantFrom('', ' ', '\t', '\u200b', '\u00a0'),
        (address, around) => {
          const plain = hashEmail(address.toLowerCase())
          expect(hashEmail(around + address.toUpperCase() + around)).toEqual(plain)
          if (plain.ok) expect(plain.value).toBe(sha256(address.toLowerCase()))
        },
      ),
    )
  })

  it('gives one digest for composed and decomposed text, and for its own lower case', () => {
    const local = fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(local, (text) => {
        const address = `${text}@example.com`
        const once = hashEmail(address)
        expect(hashEmail(address.normalize('NFD'))).toEqual(once)
        expect(hashEmail(address.normalize('NFC'))).toEqual(once)
      }),
    )
  })
})
