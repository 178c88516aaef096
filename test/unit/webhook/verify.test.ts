import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { verifyStandard } from '../../../adapters/webhook/verify.ts'
import { SignatureError } from '../../../core/adapter.ts'
import { KEY, NOW, OTHER_SECRET, SECRET, sign } from './samples.ts'

const BODY = '{"record":{"type":"deal","id":"D-1"}}'

describe('verifyStandard', () => {
  it('takes the published example of Standard Webhooks', () => {
    const request = {
      method: 'POST',
      url: '/',
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      body: Buffer.from('{"test": 2432232314}'),
    }
    const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    for (const given of [`whsec_${secret}`, secret])
      expect(verifyStandard(request, [given], 1614265330_000)).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek')
  })

  it('agrees with the standardwebhooks library on what it signs', () => {
    const body = Buffer.from('{"name":"Grüße \u{1f600}"}')
    const request = sign(body)
    request.headers['webhook-signature'] = new Webhook(SECRET).sign('msg_1', new Date(NOW), body)
    expect(verifyStandard(request, [SECRET], NOW)).toBe('msg_1')
  })

  it('takes either of two secrets, and neither of somebody else', () => {
    const request = sign(BODY)
    expect(verifyStandard(request, [OTHER_SECRET, SECRET], NOW)).toBe('msg_1')
    expect(verifyStandard(request, [SECRET, OTHER_SECRET], NOW)).toBe('msg_1')
    expect(refusal(request, [OTHER_SECRET])).toMatch(/does not match/)
    expect(refusal(request, [])).toMatch(/does not match/)
  })

  it('never takes a secret without a key, however the request was signed', () => {
    const request = sign(BODY, { key: Buffer.alloc(0) })
    for (const secret of ['', 'whsec_', 'whsec_A', 'whsec_=', '====', 'whsec_%'])
      expect(refusal(request, [secret])).toMatch(/match/)
  })

  it('finds its signature among others, as senders send while they rotate', () => {
    const request = sign(BODY)
    const own = request.headers['webhook-signature'] ?? ''
    const strange = `v1,${Buffer.alloc(32, 1).toString('base64')}`
    for (const value of [`${strange} ${own}`, `v1a,abc ${own}`, `${own} ${strange}`, `${strange}, ${own}`])
      expect(verifyStandard(withHeader(request, 'webhook-signature', value), [SECRET], NOW)).toBe('msg_1')
  })

  it.each([
    ['another version', 'v2,'],
    ['no version', ''],
    ['the asymmetric version', 'v1a,'],
    ['capitals', 'V1,'],
  ])('refuses a right digest under %s', (_, prefix) => {
    const request = sign(BODY)
    const digest = request.headers['webhook-signature']?.slice(3)
    expect(refusal(withHeader(request, 'webhook-signature', prefix + digest))).toMatch(/no v1 signature/)
  })

  it.each(['v1', 'v1,', 'v1,AAAA', `v1,${'A'.repeat(44)}`, `v1,${'A'.repeat(10_000)}`])(
    'refuses the signature %s',
    (value) =>
      expect(refusal(withHeader(sign(BODY), 'webhook-signature', value))).toMatch(/^webhook-signature/),
  )

  it.each([
    ['letters behind', `${NOW / 1000}abc`],
    ['not a number', 'NaN'],
    ['infinite', 'Infinity'],
    ['a sign', `+${NOW / 1000}`],
    ['a leading zero', `0${NOW / 1000}`],
    ['a fraction', `${NOW / 1000}.5`],
    ['an exponent', '1.7e9'],
    ['hexadecimal', '0x6900'],
    ['a space', ` ${NOW / 1000}`],
    ['milliseconds', String(NOW)],
    ['a date', '2026-11-20T10:11:00Z'],
    ['other digits', '١٧٦٣٦٣٣٤٦٠'],
    ['negative', '-1'],
  ])('refuses a well signed time with %s', (_, timestamp) => {
    expect(refusal(sign(BODY, { timestamp }))).toMatch(/webhook-timestamp is not a time/)
  })

  it('takes five minutes before and after its clock, and not one second more', () => {
    for (const offset of [-300, 0, 300])
      expect(verifyStandard(sign(BODY, { at: NOW + offset * 1000 }), [SECRET], NOW)).toBe('msg_1')
    for (const offset of [-301, 301, -86_400 * 365, 86_400 * 365])
      expect(refusal(sign(BODY, { at: NOW + offset * 1000 }))).toMatch(/more than 5 minutes away/)
  })

  it('refuses ids that could move the border between id, time and body', () => {
    for (const id of ['a.b', 'a b', 'ä', 'x'.repeat(257)])
      expect(refusal(sign(BODY, { id }))).toMatch(/webhook-id/)
    expect(verifyStandard(sign(BODY, { id: 'x'.repeat(256) }), [SECRET], NOW)).toHaveLength(256)
  })

  it('compares bytes, not decoded text: bytes that are no UTF-8 do not pass for U+FFFD', () => {
    const request = sign('"\ufffd"')
    expect(refusal({ ...request, body: Buffer.from([0x22, 0xff, 0x22]) })).toMatch(/does not match/)
  })

  it('says which header is missing and nothing of what was expected', () => {
    const { 'webhook-id': _, ...headers } = sign(BODY).headers
    expect(refusal({ ...sign(BODY), headers })).toMatch(/^The header webhook-id is missing/)
    const told = refusal(sign(BODY, { key: Buffer.alloc(32, 3) }))
    expect(told).not.toContain(sign(BODY).headers['webhook-signature']?.slice(3))
    expect(told).not.toContain(KEY.toString('base64'))
  })
})

function refusal(request: Parameters<typeof verifyStandard>[0], secrets: string[] = [SECRET]): string {
  try {
    verifyStandard(request, secrets, NOW)
  } catch (error) {
    if (error instanceof SignatureError) return error.message
    throw error
  }
  return 'taken'
}

function withHeader<T extends { headers: Record<string, string> }>(
  request: T,
  header: string,
  value: string,
): T {
  return { ...request, headers: { ...request.headers, [header]: value } }
}
