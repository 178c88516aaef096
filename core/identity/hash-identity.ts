import type { Result } from '../model/result.ts'
import { plainIp, plainLocale, plainUserAgent } from './client.ts'
import { hashEmail } from './email.ts'
import { type ExternalIdCase, hashExternalId } from './external-id.ts'
import type { Dropped, HashedIdentity, RawIdentity } from './identity.ts'
import { hashName } from './name.ts'
import { hashPhone } from './phone.ts'
import { hashZip, plainCountry, plainPlace } from './place.ts'

/** How a source's identifiers are read. */
export interface HashOptions {
  /** ISO 3166-1 alpha-2; reads phone numbers without a country code. Null: such numbers are left out. */
  defaultCountry: string | null
  /** Default `exact`; must be the same as in the Pixel on the page. */
  externalIdCase?: ExternalIdCase
}

/** Kept of each list; one deal with more people than this is a merged or broken record. */
const MOST_VALUES = 20

/**
 * Turns identifiers into what may be kept and sent. Blank fields count as absent; what is junk or unreadable
 * is left out and named in `dropped`, once per field and reason, never with its value.
 */
export function hashIdentity(raw: RawIdentity, options: HashOptions): HashedIdentity {
  const dropped: Dropped[] = []
  const { defaultCountry, externalIdCase = 'exact' } = options

  const country = one(dropped, 'country', raw.country, plainCountry)
  const zipCountry = country ?? defaultCountry?.toLowerCase() ?? null
  return {
    kind: 'hashed',
    email: many(dropped, 'email', raw.emails, hashEmail),
    phone: many(dropped, 'phone', raw.phones, (text) => hashPhone(text, defaultCountry)),
    externalId: many(dropped, 'externalId', raw.externalIds, (text) => hashExternalId(text, externalIdCase)),
    firstName: one(dropped, 'firstName', raw.firstName, hashName),
    lastName: one(dropped, 'lastName', raw.lastName, hashName),
    zip: one(dropped, 'zip', raw.zip, (text) => hashZip(text, zipCountry)),
    city: one(dropped, 'city', raw.city, plainPlace),
    state: one(dropped, 'state', raw.state, plainPlace),
    country,
    ip: one(dropped, 'ip', raw.ip, plainIp),
    userAgent: one(dropped, 'userAgent', raw.userAgent, plainUserAgent),
    locale: one(dropped, 'locale', raw.locale, plainLocale),
    dropped,
  }
}

type Read = (text: string) => Result<string>

function one(dropped: Dropped[], field: string, text: string | null, read: Read): string | null {
  if (text === null || isBlank(text)) return null
  const result = read(text)
  if (result.ok) return result.value
  note(dropped, field, result.problem)
  return null
}

function many(dropped: Dropped[], field: string, texts: string[], read: Read): string[] {
  const digests: string[] = []
  for (const text of texts) {
    if (isBlank(text)) continue
    const result = read(text)
    if (!result.ok) note(dropped, field, result.problem)
    else if (digests.includes(result.value)) continue
    else if (digests.length < MOST_VALUES) digests.push(result.value)
    else {
      note(dropped, field, `has more than ${MOST_VALUES} different values; the first ${MOST_VALUES} are kept`)
      break
    }
  }
  return digests
}

function isBlank(text: string): boolean {
  return text === '' || (text.charCodeAt(0) <= 32 && text.trim() === '')
}

function note(dropped: Dropped[], field: string, why: string): void {
  if (!dropped.some((known) => known.field === field && known.why === why)) dropped.push({ field, why })
}
