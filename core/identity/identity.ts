/** What was left out of an identity and why. Never holds the value itself. */
export interface Dropped {
  field: string
  why: string
}

/**
 * Identifiers as a CRM or a form gives them. Lives only between parsing and `hashIdentity`: it is never
 * stored, never logged. `kind` keeps it apart from `HashedIdentity` for the compiler and at run time.
 */
export interface RawIdentity {
  kind: 'raw'
  emails: string[]
  phones: string[]
  externalIds: string[]
  firstName: string | null
  lastName: string | null
  zip: string | null
  city: string | null
  state: string | null
  country: string | null
  ip: string | null
  userAgent: string | null
  /** BCP-47, for example `en-US`. */
  locale: string | null
}

/** What may be kept and sent: SHA-256 as 64 lower-case hex digits, or plain where TikTok asks for plain. */
export interface HashedIdentity {
  kind: 'hashed'
  /** Digests, first seen first, no doubles. */
  email: string[]
  /** Digests of E.164 numbers with their `+`. */
  phone: string[]
  /** Digests. */
  externalId: string[]
  /** Digest. */
  firstName: string | null
  /** Digest. */
  lastName: string | null
  /** Digest. */
  zip: string | null
  /** Plain, lower-case. */
  city: string | null
  /** Plain, lower-case. */
  state: string | null
  /** Plain ISO 3166-1 alpha-2, lower-case. */
  country: string | null
  ip: string | null
  userAgent: string | null
  locale: string | null
  dropped: Dropped[]
  /** The person is on the suppression list: that is all that was kept. */
  suppressed?: true
}

/** A raw identity without any value, to spread known fields over. */
export function emptyRawIdentity(): RawIdentity {
  return {
    kind: 'raw',
    emails: [],
    phones: [],
    externalIds: [],
    firstName: null,
    lastName: null,
    zip: null,
    city: null,
    state: null,
    country: null,
    ip: null,
    userAgent: null,
    locale: null,
  }
}

/** A hashed identity without any value. */
export function emptyHashedIdentity(): HashedIdentity {
  return {
    kind: 'hashed',
    email: [],
    phone: [],
    externalId: [],
    firstName: null,
    lastName: null,
    zip: null,
    city: null,
    state: null,
    country: null,
    ip: null,
    userAgent: null,
    locale: null,
    dropped: [],
  }
}

/** What stays of the identity of somebody who asked to be forgotten. */
export function forgottenIdentity(): HashedIdentity {
  const dropped = [{ field: 'identity', why: 'the person asked to be forgotten' }]
  return { ...emptyHashedIdentity(), dropped, suppressed: true }
}
