import type { InboundRequest } from '../../core/adapter.ts'
import { PRESETS } from './presets/presets.ts'
import { verifyBasic } from './schemes/basic.ts'
import { verifyCalendly } from './schemes/calendly.ts'
import { type HmacScheme, verifyHmac } from './schemes/hmac.ts'
import { verifyStripe } from './schemes/stripe.ts'
import { verifyTypeform } from './schemes/typeform.ts'
import type { Settings } from './settings.ts'
import { verifyStandard } from './verify.ts'

/** How requests are signed. */
export type Scheme =
  | { verify: 'standard' | 'stripe' | 'typeform' | 'calendly' | 'basic' }
  | ({ verify: 'hmac' } & HmacScheme)

const STANDARD: Scheme = { verify: 'standard' }

/** The scheme of a source: its own, else its preset's, else Standard Webhooks. */
export function schemeOf(settings: Settings): Scheme {
  const brought = settings.preset === undefined ? STANDARD : PRESETS[settings.preset].scheme
  const verify = settings.verify ?? brought.verify
  if (verify !== 'hmac') return verify === brought.verify ? brought : { verify }
  const base = brought.verify === 'hmac' ? brought : HMAC
  return {
    verify,
    header: settings.header ?? base.header,
    algorithm: settings.algorithm ?? base.algorithm,
    encoding: settings.encoding ?? base.encoding,
    prefix: settings.prefix ?? base.prefix,
  }
}

const HMAC: HmacScheme = { header: '', algorithm: 'sha256', encoding: 'hex', prefix: '' }

/**
 * Throws SignatureError unless the request was signed with one of the secrets. Returns the sender's id of the message,
 * `null` where the scheme has none.
 *
 * @param now epoch ms
 */
export function verifySender(
  request: InboundRequest,
  settings: Settings,
  secrets: readonly string[],
  now: number,
): string | null {
  const scheme = schemeOf(settings)
  switch (scheme.verify) {
    case 'standard':
      return verifyStandard(request, secrets, now)
    case 'stripe':
      verifyStripe(request, secrets, now)
      return null
    case 'calendly':
      verifyCalendly(request, secrets, now)
      return null
    case 'typeform':
      verifyTypeform(request, secrets)
      return null
    case 'basic':
      verifyBasic(request, secrets)
      return null
    case 'hmac':
      verifyHmac(request, scheme, secrets)
      return null
  }
}
