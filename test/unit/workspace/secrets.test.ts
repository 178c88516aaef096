import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyRing } from '../../../core/workspace/keys.ts'
import { sourceSecretPlace, tokenPlace } from '../../../core/workspace/secret-places.ts'
import { open, resolveSecret, seal } from '../../../core/workspace/secrets.ts'
import { KEYS } from './samples.ts'

const PLACE = 'connections/us-brand/tokens/events'
const OTHER: KeyRing = [{ id: '66687aad', bytes: Buffer.alloc(32, 1) }]

describe('sealing', () => {
  it('opens what it sealed, for every text and place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, place) => {
        expect(open(KEYS, place, seal(KEYS, place, text))).toBe(text)
      }),
    )
  })

  it('never seals the same text to the same bytes', () => {
    expect(seal(KEYS, PLACE, 'sesame').text).not.toBe(seal(KEYS, PLACE, 'sesame').text)
  })

  it('is AES-256-GCM with the place as associated text and the tag at the end', () => {
    const nonce = Buffer.alloc(12, 9)
    const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32), nonce)
    cipher.setAAD(Buffer.from(PLACE))
    const text = Buffer.concat([cipher.update('sesame'), cipher.final(), cipher.getAuthTag()])
    const sealed = { keyId: '66687aad', nonce: nonce.toString('base64'), text: text.toString('base64') }
    expect(open(KEYS, PLACE, sealed)).toBe('sesame')
  })

  // Test case 14 of the GCM specification (McGrew and Viega): a key, a nonce and a block of zeros.
  it('agrees with the published vector', () => {
    const sealed = {
      keyId: '66687aad',
      nonce: Buffer.alloc(12).toString('base64'),
      text: Buffer.from('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919', 'hex').toString(
        'base64',
      ),
    }
    expect(open(KEYS, '', sealed)).toBe('\0'.repeat(16))
  })

  it('refuses every flipped bit, another place, another key and a cut text', () => {
    const sealed = seal(KEYS, PLACE, 'sesame')
    const bytes = Buffer.from(sealed.text, 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8((bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => open(KEYS, PLACE, { ...sealed, text: flipped.toString('base64') })).toThrow(PLACE)
    }
    expect(() => open(KEYS, 'connections/eu-brand/tokens/events', sealed)).toThrow('belongs elsewhere')
    expect(() => open(OTHER, PLACE, sealed)).toThrow('was changed or belongs elsewhere')
    for (const text of ['', 'AAAA', bytes.subarray(0, 15).toString('base64')])
      expect(() => open(KEYS, PLACE, { ...sealed, text })).toThrow(PLACE)
    expect(() => open(KEYS, PLACE, { ...sealed, nonce: '' })).toThrow(PLACE)
  })

  it('names the key that is missing', () => {
    const sealed = { ...seal(KEYS, PLACE, 'sesame'), keyId: '0badcafe' }
    expect(() => open(KEYS, PLACE, sealed)).toThrow('sealed with key 0badcafe, which is not here')
  })
})

describe('places', () => {
  it('are different for different secrets, whatever their names', () => {
    const places = [
      tokenPlace('a', 'events'),
      tokenPlace('a', 'marketing'),
      sourceSecretPlace('a', 'signing'),
      sourceSecretPlace('a', 'signing', 1),
      sourceSecretPlace('a', 'signing/1'),
    ]
    expect(new Set(places).size).toBe(places.length)
    expect(places[0]).toBe('connections/a/tokens/events')
  })
})

describe('resolving a secret', () => {
  const env: Record<string, string | undefined> = {}
  const files = new Map<string, string>()
  const sources = {
    keys: KEYS,
    sealed: new Map([[PLACE, seal(KEYS, PLACE, 'sealed sesame')]]),
    env,
    readText: async (path: string) => {
      const text = files.get(path)
      if (text === undefined) throw Object.assign(new Error(), { code: 'ENOENT' })
      return text
    },
  }

  it('reads the variable every time: a rotated one takes effect', async () => {
    env.TOKEN = 'first'
    expect(await resolveSecret({ env: 'TOKEN' }, PLACE, sources)).toBe('first')
    env.TOKEN = 'second'
    expect(await resolveSecret({ env: 'TOKEN' }, PLACE, sources)).toBe('second')
  })

  it('reads the file every time, without the line break at its end', async () => {
    files.set('/run/token', 'first\n')
    expect(await resolveSecret({ file: '/run/token' }, PLACE, sources)).toBe('first')
    files.set('/run/token', ' second \r\n')
    expect(await resolveSecret({ file: '/run/token' }, PLACE, sources)).toBe(' second ')
  })

  it('opens what is sealed at its place, and there only', async () => {
    expect(await resolveSecret({ sealed: true }, PLACE, sources)).toBe('sealed sesame')
    await expect(resolveSecret({ sealed: true }, 'elsewhere', sources)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('elsewhere'),
    })
  })

  it('names the variable or file that is missing or empty', async () => {
    env.EMPTY = ''
    files.set('/run/empty', '\n')
    const resolve = (ref: Parameters<typeof resolveSecret>[0]) => resolveSecret(ref, PLACE, sources)
    await expect(resolve({ env: 'ABSENT' })).rejects.toThrow('variable ABSENT')
    await expect(resolve({ env: 'EMPTY' })).rejects.toThrow('variable EMPTY')
    await expect(resolve({ file: '/run/absent' })).rejects.toThrow('/run/absent (connections/us-brand')
    await expect(resolve({ file: '/run/empty' })).rejects.toThrow('/run/empty')
  })
})
