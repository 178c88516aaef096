import { emptyRawIdentity, type RawIdentity } from '../../core/identity/identity.ts'
import { type CrmRecord, propertyOf } from './records.ts'

/** Properties of a contact that say who somebody is. */
export const PERSON_PROPERTIES = [
  'email',
  'hs_additional_emails',
  'phone',
  'mobilephone',
  'firstname',
  'lastname',
  'city',
  'state',
  'zip',
  'country',
] as const

type PersonProperty = (typeof PERSON_PROPERTIES)[number]

/** The person behind a contact, raw: it is hashed as soon as it leaves the adapter. */
export function personOf(contact: CrmRecord): RawIdentity {
  return personFrom((name) => propertyOf(contact, name))
}

/** The person that properties or the fields of a form tell of. */
export function personFrom(said: (name: PersonProperty) => string | null): RawIdentity {
  const list = (...texts: (string | null)[]) => texts.filter((text) => text !== null)
  return {
    ...emptyRawIdentity(),
    emails: list(said('email'), ...(said('hs_additional_emails')?.split(';') ?? [])),
    phones: list(said('phone'), said('mobilephone')),
    firstName: said('firstname'),
    lastName: said('lastname'),
    city: said('city'),
    state: said('state'),
    zip: said('zip'),
    country: said('country'),
  }
}
