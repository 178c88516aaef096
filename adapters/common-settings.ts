import { z } from 'zod'
import { loadLibrary } from '../core/identity/numbering.ts'
import { isCurrency } from '../core/model/currency.ts'

/** Settings that several kinds of sources have, checked and described in one way. */

/** ISO 4217 in capitals, one that is in use; the adapter describes which amounts it is for. */
export const currency = z
  .string()
  .refine(isCurrency, 'use an active ISO 4217 code in capitals, for example USD')

export const defaultCountry = z
  .string()
  .refine(
    (code) => loadLibrary().isCountry(code),
    'use an ISO 3166-1 alpha-2 code in capitals, for example US',
  )
  .describe('country of phone numbers without a prefix, ISO 3166-1 alpha-2')
  .optional()

/** Bare names; the adapter describes of which URLs. */
export const urlParameters = z
  .array(z.string().regex(/^[A-Za-z0-9_.~-]{1,64}$/, 'use the bare name of a URL parameter'))
  .max(50)
  .default([])
