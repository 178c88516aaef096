import { z } from 'zod'
import { loadLibrary } from '../../core/identity/numbering.ts'
import { isCurrency } from '../../core/model/currency.ts'
import { decodeSecret } from './secret.ts'

const VERIFIERS = ['standard'] as const

/** Settings of a webhook source. */
export const settings = z.strictObject({
  verify: z
    .enum(VERIFIERS, {
      error: ({ input }) =>
        typeof input === 'string' && /^[a-z]{1,20}$/.test(input)
          ? `${input} is not built yet; use standard`
          : 'use standard',
    })
    .default('standard')
    .describe('how requests are signed: standard (Standard Webhooks)'),
  defaultCountry: z
    .string()
    .refine(
      (code) => loadLibrary().isCountry(code),
      'use an ISO 3166-1 alpha-2 code in capitals, for example US',
    )
    .describe('country of phone numbers without a prefix, ISO 3166-1 alpha-2')
    .optional(),
  defaultCurrency: z
    .string()
    .refine(isCurrency, 'use an active ISO 4217 code in capitals, for example USD')
    .describe('currency of amounts whose item names none, ISO 4217; without it such items are invalid')
    .optional(),
  externalIdCase: z
    .enum(['exact', 'lower'])
    .default('exact')
    .describe('exact, or lower to hash external ids in lower case: the same as in the pixel on your pages'),
  keepUrlParameters: z
    .array(z.string().regex(/^[A-Za-z0-9_.~-]{1,64}$/, 'use the bare name of a URL parameter'))
    .max(50)
    .default([])
    .describe('URL parameters kept in pageUrl and referrer besides ttclid and utm_*'),
})
export type Settings = z.infer<typeof settings>

/** Secrets of a webhook source: both of two are accepted, so that a sender can change over without a gap. */
export const secrets = z.strictObject({
  signing: z
    .array(
      z
        .string()
        .transform((secret) => secret.trim())
        .refine(
          (secret) => decodeSecret(secret) !== null,
          'must be whsec_ and base64; make one with: echo "whsec_$(openssl rand -base64 32)"',
        ),
    )
    .min(1, 'name one signing secret')
    .max(2, 'at most two signing secrets, the new one and the old one')
    .describe('signing secret, whsec_ and base64; two while it is rotated'),
})
export type Secrets = z.infer<typeof secrets>
