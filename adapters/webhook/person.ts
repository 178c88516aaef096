import { emptyRawIdentity, type RawIdentity } from '../../core/identity/identity.ts'
import type { Item } from './item.ts'

type Contact = NonNullable<Item['contact']>
type Many = Contact['email'] | Contact['externalId']

/** The person of an item as raw identifiers, or `null` when the item names none. */
export function identityOf(contact: Item['contact']): RawIdentity | null {
  if (!contact) return null
  const identity: RawIdentity = {
    kind: 'raw',
    emails: many(contact.email),
    phones: many(contact.phone),
    externalIds: many(contact.externalId),
    firstName: one(contact.firstName),
    lastName: one(contact.lastName),
    zip: one(contact.zip),
    city: one(contact.city),
    state: one(contact.state),
    country: one(contact.country),
    ip: one(contact.ip),
    userAgent: one(contact.userAgent),
    locale: one(contact.locale),
  }
  return hasAny(identity) ? identity : null
}

function one(value: string | null | undefined): string | null {
  const trimmed = value?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}

function many(value: Many): string[] {
  if (value === null || value === undefined) return []
  const values = Array.isArray(value) ? value : [value]
  return values.map((each) => String(each).trim()).filter((each) => each !== '')
}

const PARTS = Object.keys(emptyRawIdentity()).filter((part) => part !== 'kind') as Exclude<
  keyof RawIdentity,
  'kind'
>[]

function hasAny(identity: RawIdentity): boolean {
  return PARTS.some((part) => {
    const value = identity[part]
    return Array.isArray(value) ? value.length > 0 : value !== null
  })
}
