import { describe, expect, it } from 'vitest'
import { plainIp, plainLocale, plainUserAgent } from '../../../core/identity/client.ts'
import { sha256 } from '../../../core/identity/digest.ts'
import { hashExternalId } from '../../../core/identity/external-id.ts'
import { hashName } from '../../../core/identity/name.ts'
import { hashZip, plainCountry, plainPlace } from '../../../core/identity/place.ts'
import { VECTORS } from './vectors.ts'

const left = (why: string) => ({ ok: false, problem: expect.stringContaining(why) })

describe('hashExternalId', () => {
  it('gives the documented digest', () => {
    expect(hashExternalId(VECTORS.externalId.input, 'exact')).toEqual({
      ok: true,
      value: VECTORS.externalId.digest,
    })
  })

  it('trims, and keeps the case unless told otherwise', () => {
    expect(hashExternalId(' User_123 ', 'exact')).toEqual({ ok: true, value: sha256('User_123') })
    expect(hashExternalId(' User_123 ', 'lower')).toEqual({ ok: true, value: VECTORS.externalId.digest })
  })

  it('takes over a digest, in lower case', () => {
    const { digest } = VECTORS.externalId
    expect(hashExternalId(digest.toUpperCase(), 'exact')).toEqual({ ok: true, value: digest })
  })

  it.each(['n/a', 'NULL', 'undefined', '-', '0', 'Anonymous'])('leaves out %j', (text) => {
    expect(hashExternalId(text, 'exact')).toMatchObject(left('placeholder'))
  })

  it('leaves out what is too long to be an id', () => {
    expect(hashExternalId('a'.repeat(1025), 'exact')).toMatchObject(left('longer'))
  })
})

describe('hashName', () => {
  it.each([
    [' Ada ', 'ada'],
    ["O'Connor-Smith", 'oconnorsmith'],
    ['Mary Ann', 'mary ann'],
    ['Jose\u0301', 'jos\u00e9'],
    ['\u0130PEK', 'ipek'],
    ['J.R.R.', 'jrr'],
    ['Null', 'null'],
    ['李', '李'],
  ])('hashes %j as %j', (given, normal) => {
    expect(hashName(given)).toEqual({ ok: true, value: sha256(normal) })
  })

  it.each([
    ['n/a', 'placeholder'],
    ['Unknown', 'placeholder'],
    ['---', 'letters'],
    ['\u200b', 'letters'],
    ['a'.repeat(201), 'longer'],
  ])('leaves out %j', (text, why) => {
    expect(hashName(text)).toMatchObject(left(why))
  })

  it('takes over a digest', () => {
    expect(hashName(sha256('ada').toUpperCase())).toEqual({ ok: true, value: sha256('ada') })
  })
})

describe('hashZip', () => {
  it.each([
    ['94105', 'us', '94105'],
    ['94105-1234', 'us', '94105'],
    [' 94105 1234 ', 'us', '94105'],
    ['SW1A 1AA', 'gb', 'sw1a1aa'],
    ['94105-1234', null, '941051234'],
    ['100\u20130001', 'jp', '1000001'],
    ['１００-０００１', 'jp', '1000001'],
  ])('hashes %j in %s as %j', (given, country, normal) => {
    expect(hashZip(given, country)).toEqual({ ok: true, value: sha256(normal) })
  })

  it.each([
    ['n/a', 'placeholder'],
    ['00000', 'placeholder'],
    ['-', 'placeholder'],
    ['1'.repeat(21), 'longer'],
    ['1'.repeat(100_000), 'longer'],
  ])('leaves out %j', (text, why) => {
    expect(hashZip(text, null)).toMatchObject(left(why))
  })

  it('takes over a digest', () => {
    expect(hashZip(sha256('94105'), 'us')).toEqual({ ok: true, value: sha256('94105') })
  })
})

describe('plainPlace and plainCountry', () => {
  it.each([
    [' San  Francisco ', 'san francisco'],
    ['CA', 'ca'],
    ['\u0130ZM\u0130R', 'izmir'],
    ['Mu\u0308nchen', 'm\u00fcnchen'],
  ])('writes %j as %j', (given, plain) => {
    expect(plainPlace(given)).toEqual({ ok: true, value: plain })
  })

  it('leaves out placeholders and essays', () => {
    for (const text of ['n/a', 'Unknown', '-', '...'])
      expect(plainPlace(text)).toMatchObject(left('placeholder'))
    expect(plainPlace('x'.repeat(101))).toMatchObject(left('longer'))
  })

  it('takes two-letter country codes only, and guesses nothing', () => {
    expect(plainCountry(' US ')).toEqual({ ok: true, value: 'us' })
    expect(plainCountry('gb')).toEqual({ ok: true, value: 'gb' })
    for (const text of ['USA', 'United States', 'UK', 'XX', 'EU', '840', 'u', 'ＵＳ']) {
      expect(plainCountry(text), text).toMatchObject(left('ISO 3166-1'))
    }
  })
})

describe('plainIp, plainUserAgent, plainLocale', () => {
  it.each([
    [' 203.0.113.7 ', '203.0.113.7'],
    ['2001:DB8::1', '2001:db8::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '::ffff:cb00:7107'],
  ])('reads the address %j', (given, plain) => {
    expect(plainIp(given)).toEqual({ ok: true, value: plain })
  })

  it.each([
    '',
    'localhost',
    '203.0.113.256',
    '203.0.113.7:443',
    '203.0.113.7, 198.51.100.1',
    'fe80::1%eth0',
    '1.2.3',
  ])('leaves out the address %j', (text) => {
    expect(plainIp(text)).toMatchObject(left('not an IP address'))
  })

  it('keeps a user agent whole or not at all', () => {
    expect(plainUserAgent(' Mozilla/5.0 (X11) ')).toEqual({ ok: true, value: 'Mozilla/5.0 (X11)' })
    expect(plainUserAgent('M'.repeat(1024)).ok).toBe(true)
    expect(plainUserAgent('M'.repeat(1025))).toMatchObject(left('longer'))
    expect(plainUserAgent('Mozilla\r\nX-Injected: 1')).toMatchObject(left('control'))
  })

  it.each([
    ['en', 'en'],
    ['en-US', 'en-US'],
    ['en_us', 'en-US'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    [' pt-BR ', 'pt-BR'],
  ])('reads the locale %j as %j', (given, tag) => {
    expect(plainLocale(given)).toEqual({ ok: true, value: tag })
  })

  it.each(['english, please', 'e', '123', 'en-US,en;q=0.9', 'C.UTF-8'])(
    'leaves out the locale %j',
    (text) => {
      expect(plainLocale(text)).toMatchObject(left('BCP-47'))
    },
  )
})
