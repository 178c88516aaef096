import type { InboundRequest } from '../../../core/adapter.ts'
import { verifyTimed } from './timed.ts'

/**
 * Calendly: `Calendly-Webhook-Signature: t=…,v1=…`, the key is the subscription's signing key, 3 minutes as in the
 * examples of https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures.
 *
 * @param now epoch ms
 */
export function verifyCalendly(request: InboundRequest, secrets: readonly string[], now: number): void {
  verifyTimed(request, { header: 'calendly-webhook-signature', tolerance: 180 }, secrets, now)
}
