import { LOST, WON } from '../../../core/model/record.ts'
import { classify } from '../client/classify.ts'
import type { SfClient } from '../client/client.ts'
import type { Context } from '../client/login.ts'
import { SalesforceError } from '../client/salesforce-error.ts'
import { id18 } from '../ids.ts'

/** Objects whose fields are asked for. Of Account only what person accounts need. */
export const OBJECTS = ['Opportunity', 'Lead', 'Contact', 'Account'] as const
export type ObjectName = (typeof OBJECTS)[number]

/** One field, as describe tells it (REST guide, "sObject Describe"). */
export interface Field {
  name: string
  label: string
  type: string
  length: number
  picklistValues: { value: string; label: string; active: boolean }[]
}

export interface Stage {
  /** API name: labels are translated. */
  id: string
  label: string
  /** `won`, `lost`, or the stage's own id. */
  milestone: string
  isActive: boolean
}

interface RecordType {
  developerName: string
  name: string
  active: boolean
}

/** What is known of an org before a record of it is read. */
export interface Org {
  /** 18 characters. */
  id: string
  name: string
  isSandbox: boolean
  timezone: string | null
  /** The currency of a single-currency org; `null` in a multi-currency org, and where nobody tells it. */
  currency: string | null
  isMultiCurrency: boolean
  hasPersonAccounts: boolean
  /** Whether changes of leads are kept where field history tracking is on. */
  hasLeadHistory: boolean
  /** Objects that the user may read, with the fields that field-level security shows. */
  objects: ReadonlyMap<ObjectName, ReadonlyMap<string, Field>>
  recordTypes: ReadonlyMap<ObjectName, readonly RecordType[]>
  stages: ReadonlyMap<string, Stage>
}

interface Describe {
  fields: Field[]
  recordTypeInfos?: { developerName?: string; name: string; active?: boolean }[]
}

/** Reads it, in eight calls. Throws SalesforceError for an org that is not the one meant, or shows no opportunities. */
export async function readOrg(client: SfClient, { settings }: Context): Promise<Org> {
  const [organization, stages, leadHistory, ...described] = await Promise.all([
    readOrganization(client),
    readStages(client),
    describe(client, 'LeadHistory'),
    ...OBJECTS.map((name) => describe(client, name)),
  ])
  const objects = new Map<ObjectName, Map<string, Field>>()
  const recordTypes = new Map<ObjectName, RecordType[]>()
  OBJECTS.forEach((name, at) => {
    const found = described[at]
    if (!found) return
    objects.set(name, new Map(found.fields.map((field) => [field.name, field])))
    recordTypes.set(
      name,
      (found.recordTypeInfos ?? []).map((each) => ({
        developerName: each.developerName ?? each.name,
        name: each.name,
        active: each.active ?? true,
      })),
    )
  })
  const opportunity = objects.get('Opportunity')
  if (!opportunity)
    throw new SalesforceError('config', 'INVALID_TYPE', 'Salesforce shows the user no opportunities.', {
      remedy:
        'Assign the permission set TikTok_Conversions to the integration user, or give it read access to Opportunity.',
    })
  const isMultiCurrency = opportunity.has('CurrencyIsoCode')
  return {
    id: client.organizationId,
    name: organization.Name,
    isSandbox: organization.IsSandbox,
    timezone: organization.TimeZoneSidKey ?? null,
    currency: isMultiCurrency
      ? null
      : (organization.DefaultCurrencyIsoCode ?? settings.defaultCurrency ?? null),
    isMultiCurrency,
    hasLeadHistory: leadHistory !== null,
    hasPersonAccounts: objects.get('Account')?.has('IsPersonAccount') ?? false,
    objects,
    recordTypes,
    stages,
  }
}

interface Organization {
  Id: string
  Name: string
  IsSandbox: boolean
  TimeZoneSidKey?: string | null
  DefaultCurrencyIsoCode?: string | null
}

/** Whether the organisation tells its currency depends on the org: without it the query is asked again. */
async function readOrganization(client: SfClient): Promise<Organization> {
  const ask = (...more: string[]) =>
    rows<Organization>(
      client,
      `SELECT ${['Id', 'Name', 'IsSandbox', 'TimeZoneSidKey', ...more].join(', ')} FROM Organization`,
      'Organization',
    )
  const [organization] = await ask('DefaultCurrencyIsoCode').catch((error: unknown) => {
    if (error instanceof SalesforceError && error.errorCode === 'INVALID_FIELD') return ask()
    throw error
  })
  if (organization && id18(organization.Id) === client.organizationId) return organization
  throw new SalesforceError(
    'config',
    'OTHER_ORGANIZATION',
    'The session and the organisation do not belong together.',
    {
      remedy: 'Check the login URL: use your own My Domain.',
    },
  )
}

interface StageRow {
  ApiName: string
  MasterLabel: string
  IsActive: boolean
  IsWon: boolean
  IsClosed: boolean
}

async function readStages(client: SfClient): Promise<Map<string, Stage>> {
  const found = await rows<StageRow>(
    client,
    'SELECT ApiName, MasterLabel, IsActive, IsWon, IsClosed, SortOrder FROM OpportunityStage ORDER BY SortOrder',
    'OpportunityStage',
  )
  return new Map(
    found.map((row) => [
      row.ApiName,
      {
        id: row.ApiName,
        label: row.MasterLabel,
        milestone: milestoneOf(row, row.ApiName),
        isActive: row.IsActive,
      },
    ]),
  )
}

/** Won and lost are what Salesforce says of a stage, whatever it is called. */
function milestoneOf({ IsWon, IsClosed }: { IsWon: boolean; IsClosed: boolean }, stage: string): string {
  if (IsWon) return WON
  return IsClosed ? LOST : stage
}

/** `null` for an object that the user does not see. */
async function describe(client: SfClient, name: string): Promise<Describe | null> {
  return client.get<Describe>(`/sobjects/${name}/describe`, `describing ${name}`).catch((error: unknown) => {
    const { kind, errorCode } = classify(error, `describing ${name}`)
    if (
      kind === 'config' &&
      ['NOT_FOUND', 'INVALID_TYPE', 'INSUFFICIENT_ACCESS', 'ERROR_HTTP_404'].includes(errorCode)
    )
      return null
    throw error
  })
}

async function rows<Row>(client: SfClient, soql: string, of: string): Promise<Row[]> {
  return (await Array.fromAsync(client.pages<Row>(soql, { of }))).flat()
}
