import type { Settings } from '../settings.ts'
import type { ObjectName, Org } from './org.ts'

/** What each record should tell about where its person came from: our fields, by what they mean. */
export type MarkField = keyof Settings['fields']
export const MARK_FIELDS: readonly MarkField[] = [
  'ttclid',
  'ttp',
  'clickedAt',
  'pageUrl',
  'utmSource',
  'utmMedium',
  'utmCampaign',
  'utmContent',
  'utmTerm',
  'utmId',
  'visitor',
]

const OPPORTUNITY_FIELDS = ['StageName', 'IsWon', 'IsClosed', 'Amount', 'CloseDate'] as const
const PERSON_FIELDS = ['Email', 'Phone', 'MobilePhone', 'FirstName', 'LastName'] as const
const CONTACT_PLACE = [
  'MailingPostalCode',
  'MailingCity',
  'MailingState',
  'MailingCountryCode',
  'MailingCountry',
] as const
const LEAD_PLACE = ['PostalCode', 'City', 'State', 'CountryCode', 'Country'] as const
const ACCOUNT_PERSON = ['PersonEmail', 'PersonMobilePhone', 'Phone', 'FirstName', 'LastName'] as const

/** Custom fields of contacts stand on person accounts with the suffix `__pc` (Help, "Person Account Fields"). */
export function onPersonAccount(field: string): string {
  return field.replace(/__c$/, '__pc')
}

/** The columns to select: only those that the org has and shows, because one unknown column refuses the whole statement. */
export function opportunityColumns(org: Org, settings: Settings): string {
  const shown = (object: ObjectName, names: readonly string[]) =>
    names.filter((name) => org.objects.get(object)?.has(name))
  const marks = MARK_FIELDS.map((mark) => settings.fields[mark])
  const account = org.hasPersonAccounts
    ? ['IsPersonAccount', ...shown('Account', [...ACCOUNT_PERSON, ...marks.map(onPersonAccount)])]
    : []
  const contact = shown('Contact', [...PERSON_FIELDS, ...CONTACT_PLACE, ...marks])
  const contacts =
    contact.length === 0
      ? []
      : [
          `(SELECT ContactId, IsPrimary, ${contact.map((name) => `Contact.${name}`).join(', ')} FROM OpportunityContactRoles ` +
            'WHERE IsDeleted = false ORDER BY IsPrimary DESC, CreatedDate ASC LIMIT 5)',
        ]
  return [
    ...different(
      'Id',
      'IsDeleted',
      'CreatedDate',
      'SystemModstamp',
      ...shown('Opportunity', [
        ...OPPORTUNITY_FIELDS,
        'CurrencyIsoCode',
        'LastStageChangeDate',
        ...marks,
        ...settings.keepFields,
      ]),
    ),
    ...(org.objects.get('Opportunity')?.has('RecordTypeId') ? ['RecordType.DeveloperName'] : []),
    ...account.map((name) => `Account.${name}`),
    ...contacts,
  ].join(', ')
}

/** The same for leads. */
export function leadColumns(org: Org, settings: Settings): string {
  const lead = org.objects.get('Lead')
  const marks = MARK_FIELDS.map((mark) => settings.fields[mark])
  const names = [
    'Status',
    'IsConverted',
    'ConvertedDate',
    'ConvertedOpportunityId',
    'ConvertedContactId',
    'MasterRecordId',
    ...PERSON_FIELDS,
    ...LEAD_PLACE,
    ...marks,
    ...settings.keepFields,
  ].filter((name) => lead?.has(name))
  return [
    ...different('Id', 'IsDeleted', 'CreatedDate', 'SystemModstamp', ...names),
    ...(lead?.has('RecordTypeId') ? ['RecordType.DeveloperName'] : []),
  ].join(', ')
}

function different(...names: string[]): string[] {
  return [...new Set(names)]
}
