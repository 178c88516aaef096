import type { InboundRequest } from '../../../core/adapter.ts'
import { verifyTimed } from './timed.ts'

/**
 * Stripe: `Stripe-Signature: t=…,v1=…`, the key is the whole text `whsec_…`, 5 minutes as Stripe's own libraries
 * (https://docs.stripe.com/webhooks/signature; theirs look back only, this one both ways).
 *
 * @param now epoch ms
 */
export function verifyStripe(request: InboundRequest, secrets: readonly string[], now: number): void {
  verifyTimed(request, { header: 'stripe-signature', tolerance: 300 }, secrets, now)
}
