import { describe, expect, it } from 'vitest'
import { settings as schema } from '../../../adapters/webhook/settings.ts'
import { verifySender } from '../../../adapters/webhook/verify-sender.ts'
import { type InboundRequest, SignatureError } from '../../../core/adapter.ts'
import { NOW } from './samples.ts'
import { BASIC, mac, request, SENDERS, type Sender } from './senders.ts'

const BODY = '{"name":"Grüße","id":1}'
const ALL: [string, Sender][] = [...Object.entries(SENDERS), ['basic', BASIC]]
const HMACS = Object.entries(SENDERS)
const TIMED = HMACS.filter(([name]) => name === 'stripe' || name === 'calendly')
const UNTIMED = ALL.filter(([name]) => name !== 'stripe' && name !== 'calendly')

function verify(one: InboundRequest, { settings }: Pick<Sender, 'settings'>, secrets: string[], now = NOW) {
  return verifySender(one, schema.parse(settings), secrets, now)
}

function refusal(one: InboundRequest, sender: Sender, secrets = [sender.secret], now = NOW): string {
  try {
    verify(one, sender, secrets, now)
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    for (const secret of secrets.filter(Boolean)) expect(error.message).not.toContain(secret)
    return error.message
  }
  throw new Error('expected a refusal')
}

function withHeader(one: InboundRequest, name: string, value: string): InboundRequest {
  return { ...one, headers: { ...one.headers, [name]: value } }
}

describe.each(ALL)('the scheme %s', (_, sender) => {
  it('takes what its sender signs, with either of two secrets', () => {
    const signed = sender.sign(BODY, sender.secret)
    for (const secrets of [[sender.secret], ['user:other-secret', sender.secret], [sender.secret, 'other']])
      expect(verify(signed, sender, secrets)).toBeNull()
  })

  it('refuses the secret of another source, and no secret', () => {
    const signed = sender.sign(BODY, 'user:somebody else')
    expect(refusal(signed, sender)).toMatch(/does not match/)
    expect(refusal(sender.sign(BODY, sender.secret), sender, [])).toMatch(/does not match/)
  })

  it('never takes an empty secret, however the request was signed', () => {
    const signed = sender.sign(BODY, ' ')
    expect(refusal(signed, sender, ['', sender.secret])).toMatch(/does not match/)
  })

  it('refuses every flipped bit of its header, and a header that is missing, blank, shorter or longer', () => {
    const signed = sender.sign(BODY, sender.secret)
    const value = signed.headers[sender.header] ?? ''
    for (let bit = 0; bit < value.length * 7; bit++) {
      const at = Math.floor(bit / 7)
      const flipped = String.fromCharCode(value.charCodeAt(at) ^ (1 << (bit % 7)))
      refusal(withHeader(signed, sender.header, value.slice(0, at) + flipped + value.slice(at + 1)), sender)
    }
    for (const other of [value.slice(0, -1), value.slice(1), `${value}0`, `${value}=`, 'x'])
      refusal(withHeader(signed, sender.header, other), sender)
    expect(refusal(withHeader(signed, sender.header, ''), sender)).toMatch(/is missing: send/)
    const { [sender.header]: _gone, ...headers } = signed.headers
    expect(refusal({ ...signed, headers }, sender)).toMatch(/is missing: send/)
  })
})

describe.each(HMACS)('the scheme %s', (_, sender) => {
  it('refuses every flipped bit of the body, one byte less and one more', () => {
    const signed = sender.sign(BODY, sender.secret)
    for (let bit = 0; bit < signed.body.length * 8; bit++) {
      const body = Buffer.from(signed.body)
      body.writeUInt8(body.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      refusal({ ...signed, body }, sender)
    }
    refusal({ ...signed, body: signed.body.subarray(1) }, sender)
    refusal({ ...signed, body: Buffer.concat([signed.body, Buffer.from(' ')]) }, sender)
  })

  it('signs bytes, not text: bytes that are no UTF-8 do not pass for the character that replaces them', () => {
    const broken = Buffer.from([0x22, 0xff, 0x22])
    expect(verify(sender.sign(broken, sender.secret), sender, [sender.secret])).toBeNull()
    const replaced = sender.sign('"\ufffd"', sender.secret)
    refusal({ ...replaced, body: broken }, sender)
  })
})

describe.each(TIMED)('the time in %s', (name, sender) => {
  const tolerance = name === 'stripe' ? 300 : 180

  it('is good up to its tolerance on both sides of the clock, and not a second longer', () => {
    const signed = sender.sign(BODY, sender.secret)
    for (const seconds of [-tolerance, 0, tolerance])
      expect(verify(signed, sender, [sender.secret], NOW + seconds * 1000)).toBeNull()
    for (const seconds of [-tolerance - 1, tolerance + 1, 86_400, -86_400])
      expect(refusal(signed, sender, [sender.secret], NOW + seconds * 1000)).toMatch(
        `more than ${tolerance / 60} minutes away`,
      )
    expect(refusal(signed, sender, [sender.secret], Number.NaN)).toMatch(/minutes away/)
  })

  it.each([
    'NaN',
    'Infinity',
    '',
    '-1',
    '0',
    `${NOW}`,
    `${NOW / 1000}.5`,
    `${NOW / 1000}abc`,
    '1e9',
    '0x69',
    '١٢',
  ])('is refused as "%s", well signed', (time) => {
    const hex = mac('sha256', sender.secret, Buffer.from(`${time}.${BODY}`)).toString('hex')
    refusal(request(BODY, { [sender.header]: `t=${time},v1=${hex}` }), sender)
  })

  it('finds its signature among others, as senders send while they rotate', () => {
    const signed = sender.sign(BODY, sender.secret)
    const value = signed.headers[sender.header] ?? ''
    const [time = '', own = ''] = value.split(',')
    const strange = `v1=${'0'.repeat(64)}`
    for (const each of [
      `${time},${strange},${own}`,
      `${time},${own},v0=${'0'.repeat(64)}`,
      `${own}, ${time}`,
    ])
      expect(verify(withHeader(signed, sender.header, each), sender, [sender.secret])).toBeNull()
  })

  it('is refused twice, or without a v1 signature', () => {
    const signed = sender.sign(BODY, sender.secret)
    const [time = '', own = ''] = (signed.headers[sender.header] ?? '').split(',')
    expect(refusal(withHeader(signed, sender.header, `${time},${time},${own}`), sender)).toMatch(/one time/)
    expect(refusal(withHeader(signed, sender.header, own), sender)).toMatch(/one time/)
    const other = `${time},${own.replace('v1', 'v0')}`
    expect(refusal(withHeader(signed, sender.header, other), sender)).toMatch(/no v1 signature/)
  })
})

it.each(UNTIMED)('%s has no replay window: the same request is taken a year later', (_, sender) => {
  const signed = sender.sign(BODY, sender.secret)
  expect(verify(signed, sender, [sender.secret], NOW + 365 * 86_400_000)).toBeNull()
})

describe('published vectors', () => {
  const hmac = (algorithm: string, prefix = '', header = 'x-signature') => ({
    settings: schema.parse({ verify: 'hmac', header, algorithm, prefix }),
  })

  it.each([
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'sha512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ])('takes test case 2 of RFC 2202 and RFC 4231 for %s', (algorithm, digest) => {
    const signed = request('what do ya want for nothing?', { 'x-signature': digest })
    expect(verify(signed, hmac(algorithm), ['Jefe'])).toBeNull()
  })

  it('takes the example of GitHub for a prefix', () => {
    const signed = request('Hello, World!', {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    })
    const sender = hmac('sha256', 'sha256=', 'X-Hub-Signature-256')
    expect(verify(signed, sender, ["It's a Secret to Everybody"])).toBeNull()
  })

  it.each([
    ['Aladdin:open sesame', 'QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['test:123£', 'dGVzdDoxMjPCow=='],
  ])('takes the example of RFC 7617 for %s', (secret, encoded) => {
    expect(verify(request('{}', { authorization: `Basic ${encoded}` }), BASIC, [secret])).toBeNull()
  })
})

describe('which scheme', () => {
  it('is the one of the preset, unless the source names another', () => {
    const stripe = SENDERS.stripe.sign(BODY, SENDERS.stripe.secret)
    expect(verify(stripe, { settings: { preset: 'stripe-invoice' } }, [SENDERS.stripe.secret])).toBeNull()
    const relayed = { settings: { preset: 'stripe-invoice', verify: 'typeform' } } as const
    const typeform = SENDERS.typeform.sign(BODY, SENDERS.typeform.secret)
    expect(verify(typeform, relayed, [SENDERS.typeform.secret])).toBeNull()
    expect(() => verify(stripe, relayed, [SENDERS.stripe.secret])).toThrow(SignatureError)
  })

  it('lets a source change one part of a preset that signs by hmac', () => {
    const { secret, sign } = SENDERS['hmac sha512 base64']
    const sender = {
      settings: { preset: 'woocommerce-order', header: 'x-signature', algorithm: 'sha512' },
    } as const
    expect(verify(sign(BODY, secret), sender, [secret])).toBeNull()
  })

  it.each([
    [{ verify: 'hmac' }, 'header'],
    [{ header: 'x-signature' }, 'header'],
    [{ verify: 'stripe', prefix: 'v1=' }, 'prefix'],
    [{ verify: 'typeform', algorithm: 'sha256' }, 'algorithm'],
    [{ preset: 'calendly', encoding: 'hex' }, 'encoding'],
    [{ verify: 'hmac', header: 'a b' }, 'header'],
    [{ verify: 'hmac', header: 'x', algorithm: 'md5' }, 'algorithm'],
  ])('is refused as %j', (said, path) => {
    expect(schema.safeParse(said).error?.issues.map((issue) => issue.path[0])).toContain(path)
  })
})
