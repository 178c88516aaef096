import type { InboundRequest } from '../../../core/adapter.ts'
import { type HmacScheme, verifyHmac } from './hmac.ts'

// https://www.typeform.com/developers/webhooks/secure-your-webhooks/
const TYPEFORM: HmacScheme = {
  header: 'typeform-signature',
  algorithm: 'sha256',
  encoding: 'base64',
  prefix: 'sha256=',
}

/** Typeform: `Typeform-Signature: sha256=` and the base64 of the body's HMAC-SHA256. It signs no time. */
export function verifyTypeform(request: InboundRequest, secrets: readonly string[]): void {
  verifyHmac(request, TYPEFORM, secrets)
}
