import { z } from 'zod'
import type { JsonValue } from '../../core/model/json.ts'
import { currency, defaultCountry, urlParameters } from '../common-settings.ts'
import { checkMap, type MapIssue } from './map/check-map.ts'
import { condition } from './map/condition.ts'
import { pointer } from './map/pointer.ts'
import { source } from './map/source.ts'
import { PRESET_NAMES } from './presets/presets.ts'
import { isSecretText } from './secret.ts'
import { schemeOf } from './verify-sender.ts'

const VERIFIERS = ['standard', 'stripe', 'typeform', 'calendly', 'basic', 'hmac'] as const

const fieldMap = z.record(z.string(), source.nullable())

/** A body as its sender posts it, passed through as it is: it may be large, and is read by the map alone. */
const body = z.custom<JsonValue>((value) => value !== undefined)

const known = z.strictObject({
  verify: z
    .enum(VERIFIERS, `use one of ${VERIFIERS.join(', ')}`)
    .describe('how requests are signed: standard (Standard Webhooks) unless the preset signs in another way')
    .optional(),
  header: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, 'use the bare name of a header, for example X-Signature')
    .describe('hmac: the header that holds the signature')
    .optional(),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).describe('hmac: sha256 unless told').optional(),
  encoding: z
    .enum(['hex', 'base64'])
    .describe('hmac: how the signature is written, hex unless told')
    .optional(),
  prefix: z
    .string()
    .regex(/^[\x21-\x7e]{0,64}$/, 'use up to 64 visible ASCII characters')
    .describe('hmac: what stands before the signature, for example sha256=')
    .optional(),
  preset: z
    .enum(PRESET_NAMES)
    .describe('a sender whose signature and bodies are known: see docs/presets.md')
    .optional(),
  map: fieldMap
    .describe('where each field of the native item stands in the body of the sender, as JSON pointers')
    .optional(),
  when: z
    .array(condition)
    .max(20)
    .describe('what a body must say to be taken; others are ignored')
    .optional(),
  items: pointer.describe('where a list of several items stands in one body').optional(),
  sample: body.describe('a body of the sender with made-up values, which the map is checked with').optional(),
  defaultCountry,
  defaultCurrency: currency
    .describe('currency of amounts whose item names none, ISO 4217; without it such items are invalid')
    .optional(),
  externalIdCase: z
    .enum(['exact', 'lower'])
    .default('exact')
    .describe('exact, or lower to hash external ids in lower case: the same as in the pixel on your pages'),
  keepUrlParameters: urlParameters.describe(
    'URL parameters kept in pageUrl and referrer besides ttclid and utm_*',
  ),
})
export type Settings = z.infer<typeof known>

/** Settings of a webhook source. */
export const settings = known.superRefine((said, ctx) => {
  for (const issue of [...checkScheme(said), ...checkMap(said)]) ctx.addIssue({ code: 'custom', ...issue })
})

const HMAC_PARTS = ['header', 'algorithm', 'encoding', 'prefix'] as const

function checkScheme(said: Settings): MapIssue[] {
  const scheme = schemeOf(said)
  if (scheme.verify === 'hmac')
    return scheme.header === ''
      ? [{ path: ['header'], message: 'is missing: name the header that holds the signature' }]
      : []
  return HMAC_PARTS.filter((name) => said[name] !== undefined).map((name) => ({
    path: [name],
    message: `belongs to verify: hmac, and this source verifies ${scheme.verify}`,
  }))
}

/** Secrets of a webhook source: both of two are accepted, so that a sender can change over without a gap. */
export const secrets = z.strictObject({
  signing: z
    .array(
      z
        .string()
        .transform((secret) => secret.trim())
        .refine(
          isSecretText,
          'must be one line of text; for Standard Webhooks make one with: echo "whsec_$(openssl rand -base64 32)"',
        ),
    )
    .min(1, 'name one signing secret')
    .max(2, 'at most two signing secrets, the new one and the old one')
    .describe(
      'what the sender signs with: whsec_ and base64 for standard, user:password for basic, the secret it shows for others; two while it is rotated',
    ),
})
export type Secrets = z.infer<typeof secrets>
