import { emptyRawIdentity, type RawIdentity } from '../../../core/identity/identity.ts'
import { type Row, textOf } from './row.ts'

/** Columns of a person, by what they mean; the first that says something counts where one value is kept. */
interface PersonColumns {
  email: string
  phones: readonly string[]
  zip: string
  city: string
  state: string
  country: readonly string[]
}

const CONTACT: PersonColumns = {
  email: 'Email',
  phones: ['MobilePhone', 'Phone'],
  zip: 'MailingPostalCode',
  city: 'MailingCity',
  state: 'MailingState',
  country: ['MailingCountryCode', 'MailingCountry'],
}
const LEAD: PersonColumns = {
  email: 'Email',
  phones: ['MobilePhone', 'Phone'],
  zip: 'PostalCode',
  city: 'City',
  state: 'State',
  country: ['CountryCode', 'Country'],
}
const ACCOUNT: PersonColumns = { ...CONTACT, email: 'PersonEmail', phones: ['PersonMobilePhone', 'Phone'] }
const KINDS = { contact: CONTACT, lead: LEAD, account: ACCOUNT }

/** The people of a record as one identity: e-mails and phones of all, name and place of the first. `null` for nobody. */
export function identityOf(people: readonly { row: Row; as: keyof typeof KINDS }[]): RawIdentity | null {
  const [main] = people
  if (main === undefined) return null
  const columns = KINDS[main.as]
  const told = (column: string) => textOf(main.row, column)
  const all = (pick: (columns: PersonColumns) => readonly string[]) =>
    people.flatMap(({ row, as }) => pick(KINDS[as]).flatMap((column) => textOf(row, column) ?? []))
  return {
    ...emptyRawIdentity(),
    emails: all(({ email }) => [email]),
    phones: all(({ phones }) => phones),
    firstName: told('FirstName'),
    lastName: told('LastName'),
    zip: told(columns.zip),
    city: told(columns.city),
    state: told(columns.state),
    // Where country picklists are off there is only a name in free text, which counts if it is a code.
    country: columns.country.map(told).find((value) => value !== null && /^[A-Za-z]{2}$/.test(value)) ?? null,
  }
}
