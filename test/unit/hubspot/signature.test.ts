import { Signature } from '@hubspot/api-client'
import { describe, expect, it } from 'vitest'
import { verifyV2, verifyV3 } from '../../../adapters/hubspot/signature.ts'
import { type InboundRequest, SignatureError } from '../../../core/adapter.ts'

const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
const URL = 'https://www.example.com/webhook_uri'
const AT = 1693657560000
const MINUTE = 60_000

function request(
  body: string,
  headers: Record<string, string>,
  over: Partial<InboundRequest> = {},
): InboundRequest {
  return { method: 'POST', url: URL, headers, body: Buffer.from(body), ...over }
}

const V3_BODY = "{'example_field':'example_value'}"
const v3 = (over: Partial<InboundRequest> = {}, headers: Record<string, string> = {}) =>
  request(
    V3_BODY,
    {
      'x-hubspot-signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
      'x-hubspot-request-timestamp': String(AT),
      ...headers,
    },
    over,
  )

describe('the published vectors of HubSpot', () => {
  it('verifies the one of v3', () => {
    expect(() => verifyV3(v3(), [SECRET], AT)).not.toThrow()
  })

  it.each([
    ['GET', '', 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e'],
    [
      'POST',
      '{"example_field":"example_value"}',
      '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900',
    ],
  ])('verifies the one of v2, %s', (method, body, signature) => {
    const headers = { 'x-hubspot-signature': signature, 'x-hubspot-signature-version': 'v2' }
    expect(() => verifyV2(request(body, headers, { method }), [SECRET])).not.toThrow()
    expect(() => verifyV2(request(`${body} `, headers, { method }), [SECRET])).toThrow(SignatureError)
    expect(() =>
      verifyV2(request(body, { ...headers, 'x-hubspot-signature-version': 'v1' }, { method }), [SECRET]),
    ).toThrow(/not v2/)
  })
})

describe('v3', () => {
  it('refuses every flipped bit of body, signature and time', () => {
    const genuine = v3()
    for (let bit = 0; bit < genuine.body.length * 8; bit++) {
      const body = Buffer.from(genuine.body)
      body.writeUInt8(body.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => verifyV3({ ...genuine, body }, [SECRET], AT)).toThrow(SignatureError)
    }
    for (const name of ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp']) {
      const value = genuine.headers[name] as string
      for (let bit = 0; bit < value.length * 7; bit++) {
        const at = Math.floor(bit / 7)
        const flipped = String.fromCharCode(value.charCodeAt(at) ^ (1 << (bit % 7)))
        const headers = { [name]: value.slice(0, at) + flipped + value.slice(at + 1) }
        expect(() => verifyV3(v3({}, headers), [SECRET], AT)).toThrow(SignatureError)
      }
    }
  })

  it('refuses what is more than five minutes old, or as far ahead', () => {
    for (const now of [AT + 5 * MINUTE, AT - 5 * MINUTE])
      expect(() => verifyV3(v3(), [SECRET], now)).not.toThrow()
    for (const now of [AT + 5 * MINUTE + 1, AT - 5 * MINUTE - 1])
      expect(() => verifyV3(v3(), [SECRET], now)).toThrow(/five minutes/)
  })

  it.each(['', 'NaN', '1e12', '0x18ae5c3f0c0', '-1', ' 1693657560000', '16936575600000000'])(
    'refuses the time %j',
    (timestamp) => {
      expect(() => verifyV3(v3({}, { 'x-hubspot-request-timestamp': timestamp }), [SECRET], AT)).toThrow(
        SignatureError,
      )
    },
  )

  it('takes the old secret and the new one while it is rotated', () => {
    expect(() => verifyV3(v3(), ['another-secret', SECRET], AT)).not.toThrow()
    expect(() => verifyV3(v3(), ['another-secret'], AT)).toThrow(/client secret/)
  })

  it('decodes only the escapes that HubSpot decodes', () => {
    const signedUri = 'https://hooks.example.com/a:b/c?x=(1)*;,&y=%20%25%26%3D+@'
    const called = 'https://hooks.example.com/a%3Ab%2fc?x=%281%29%2A%3B%2C&y=%20%25%26%3D+%40'
    const signature = Signature.getSignature('POST', 'v3', {
      signature: '',
      clientSecret: SECRET,
      requestBody: '[]',
      url: signedUri,
      timestamp: AT,
    })
    const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(AT) }
    expect(() => verifyV3(request('[]', headers, { url: called }), [SECRET], AT)).not.toThrow()
    expect(() => verifyV3(request('[]', headers, { url: `${called}%20` }), [SECRET], AT)).toThrow(
      SignatureError,
    )
  })
})
