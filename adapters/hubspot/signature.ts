import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { type InboundRequest, SignatureError } from '../../core/adapter.ts'
import { SIGNATURE_TOLERANCE_MS } from './constants.ts'

/** The only escapes that HubSpot decodes before it signs (docs/apps/authentication/request-validation). */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/**
 * Verifies the v3 signature of a webhook over the bytes as they came and the configured public URL. The client's own
 * check compares in readable time, takes signatures from the future, and throws on old ones.
 *
 * @param now epoch ms
 */
export function verifyV3(request: InboundRequest, secrets: readonly string[], now: number): void {
  const given = header(request, 'x-hubspot-signature-v3')
  const timestamp = header(request, 'x-hubspot-request-timestamp')
  if (!/^\d{12,14}$/.test(timestamp))
    throw new SignatureError('X-HubSpot-Request-Timestamp is not a time in milliseconds.')
  if (Math.abs(now - Number(timestamp)) > SIGNATURE_TOLERANCE_MS)
    throw new SignatureError(
      "X-HubSpot-Request-Timestamp is more than five minutes away from this host's clock: check the clock.",
    )
  const uri = request.url.replaceAll(DECODED, decodeURIComponent)
  const signed = secrets.map((secret) =>
    createHmac('sha256', secret)
      .update(`${request.method}${uri}`)
      .update(request.body)
      .update(timestamp)
      .digest('base64'),
  )
  if (!anyEqual(signed, given))
    throw new SignatureError(
      'X-HubSpot-Signature-v3 does not match: check the client secret, and that CLOSEBACK_PUBLIC_URL is the address HubSpot calls.',
    )
}

/** Verifies the v2 signature of a workflow action, which covers no time: the callback id keeps repeats out. */
export function verifyV2(request: InboundRequest, secrets: readonly string[]): void {
  const given = header(request, 'x-hubspot-signature')
  if (header(request, 'x-hubspot-signature-version') !== 'v2')
    throw new SignatureError('X-HubSpot-Signature-Version is not v2, which workflow actions are signed with.')
  const signed = secrets.map((secret) =>
    hash('sha256', Buffer.concat([Buffer.from(`${secret}${request.method}${request.url}`), request.body])),
  )
  if (!anyEqual(signed, given))
    throw new SignatureError(
      'X-HubSpot-Signature does not match: check the client secret, and that CLOSEBACK_PUBLIC_URL is the address HubSpot calls.',
    )
}

function header(request: InboundRequest, name: string): string {
  const value = request.headers[name]
  if (value) return value
  throw new SignatureError(`The header ${name} is missing: only HubSpot may post here.`)
}

function anyEqual(expected: readonly string[], given: string): boolean {
  const text = Buffer.from(given)
  let equal = false
  for (const one of expected) {
    const bytes = Buffer.from(one)
    if (bytes.length === text.length && timingSafeEqual(bytes, text)) equal = true
  }
  return equal
}
