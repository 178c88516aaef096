import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { type InboundRequest, SignatureError } from '../../core/adapter.ts'
import { signedTime } from './schemes/signed-time.ts'
import { decodeSecret } from './secret.ts'

/** Seconds a signature is good for, before and after this host's clock (as the Standard Webhooks libraries). */
const TOLERANCE_SECONDS = 5 * 60

/**
 * Verifies a Standard Webhooks signature (v1: HMAC-SHA256 in base64 over `id.timestamp.body`) and returns the
 * `webhook-id`. The HMAC runs over the bytes as they came: a copy decoded to text would let bytes that are no UTF-8 pass for
 * U+FFFD. It is Node's own because the library's is JavaScript: 115 ms against 6 ms for 10 MB.
 *
 * @param now epoch ms
 */
export function verifyStandard(request: InboundRequest, secrets: readonly string[], now: number): string {
  const id = idOf(header(request, 'webhook-id'))
  const timestamp = signedTime(
    header(request, 'webhook-timestamp'),
    'webhook-timestamp',
    TOLERANCE_SECONDS,
    now,
  )
  const given = header(request, 'webhook-signature')
    .split(' ')
    .map((token) => (token.endsWith(',') ? token.slice(0, -1) : token))
    .filter((token) => token.startsWith('v1,'))
    .map((token) => Buffer.from(token.slice(3)))
  if (given.length === 0)
    throw new SignatureError(
      'webhook-signature holds no v1 signature: send "v1," and the base64 of the HMAC-SHA256.',
    )
  for (const secret of secrets) {
    const key = decodeSecret(secret)
    if (key === null) continue
    const hmac = createHmac('sha256', createSecretKey(key)).update(`${id}.${timestamp}.`).update(request.body)
    const expected = Buffer.from(hmac.digest('base64'))
    let match = false
    for (const one of given) {
      if (one.length === expected.length && timingSafeEqual(one, expected)) match = true
    }
    if (match) return id
  }
  throw new SignatureError(
    'webhook-signature does not match: sign webhook-id, ".", webhook-timestamp, "." and the exact bytes of the body with the secret of this source.',
  )
}

function header(request: InboundRequest, name: string): string {
  const value = request.headers[name]
  if (value === undefined || value === '')
    throw new SignatureError(
      `The header ${name} is missing: send webhook-id, webhook-timestamp and webhook-signature.`,
    )
  return value
}

// Signed text is joined by full stops: an id with one could be split elsewhere (Standard Webhooks 1.0, signature scheme).
function idOf(value: string): string {
  if (!/^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(value))
    throw new SignatureError(
      'webhook-id is not usable: send 1 to 256 visible ASCII characters without a full stop.',
    )
  return value
}
