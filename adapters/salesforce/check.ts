import type { Check } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { WON } from '../../core/model/record.ts'
import { MINUTE } from '../../core/model/time.ts'
import type { SfClient } from './client/client.ts'
import type { Context } from './client/login.ts'
import { SalesforceError } from './client/salesforce-error.ts'
import { API_VERSION } from './constants.ts'
import { openReader } from './reader.ts'
import { MARK_FIELDS } from './records/columns.ts'
import type { Reader } from './records/dossier.ts'
import type { ObjectName, Org } from './records/org.ts'

/** TikTok and Salesforce both judge by their own clocks; more than this points to a clock that is not kept. */
const MOST_SKEW_MS = 2 * MINUTE

/** Preflight against the live org: each finding by name, with what puts it right. */
export async function check(ctx: Context): Promise<Check[]> {
  const reader = await openReader(ctx, { fresh: true }).catch((error: unknown) => {
    if (error instanceof ClosebackError) return error
    throw error
  })
  if (reader instanceof ClosebackError) return [failed('log-in', reader)]
  const { client, org, settings } = reader
  return [
    { name: 'log-in', ok: true, detail: `${org.name} (${org.id})${org.isSandbox ? ', a sandbox' : ''}.` },
    await asked('API version', () => checkVersion(client, settings.apiVersion ?? API_VERSION)),
    await asked('stage history', () => checkReadable(client, 'OpportunityHistory')),
    ...(settings.leads && !org.objects.has('Lead') ? [NO_LEADS] : []),
    checkStages(org),
    checkFields(reader, ctx),
    checkCurrency(org),
    await asked('changes', () => checkReplication(client)),
    checkClock(client, ctx),
    await checkMessages(ctx),
    ...(settings.changeDataCapture ? [await asked('change events', () => checkChanges(reader))] : []),
    checkCalls(client, ctx),
  ]
}

const NO_LEADS: Check = {
  name: 'leads',
  ok: false,
  detail: 'The user sees no leads.',
  remedy:
    'Assign the permission set TikTok_Conversions to the integration user, or set settings.leads to false.',
}

async function asked(name: string, ask: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  return ask().then(
    (found) => ({ name, ...found }),
    (error: unknown) => {
      if (error instanceof ClosebackError) return failed(name, error)
      throw error
    },
  )
}

function failed(name: string, { message, issues, remedy }: ClosebackError): Check {
  const more = issues.map(({ path, message }) => `${path} ${message}`).join('; ')
  return { name, ok: false, detail: more === '' ? message : `${message} ${more}.`, remedy }
}

async function checkVersion(client: SfClient, version: string): Promise<Omit<Check, 'name'>> {
  const versions = await client.get<{ version: string }[]>('/services/data', 'listing versions')
  const ok = versions.some((each) => each.version === version)
  const newest = versions.at(-1)?.version ?? 'unknown'
  if (ok) return { ok, detail: `${version}; the newest is ${newest}.` }
  return {
    ok,
    detail: `The org does not speak ${version}; its newest version is ${newest}.`,
    remedy: `Set settings.apiVersion to "${newest}".`,
  }
}

async function checkReadable(client: SfClient, object: string): Promise<Omit<Check, 'name'>> {
  for await (const _ of client.pages(`SELECT Id FROM ${object} LIMIT 1`, { of: object })) break
  return { ok: true, detail: `${object} can be read.` }
}

function checkStages({ stages }: Org): Check {
  const won = [...stages.values()].filter(({ milestone }) => milestone === WON)
  if (won.length > 0)
    return {
      name: 'stages',
      ok: true,
      detail: `${stages.size} stages; won: ${won.map(({ id }) => id).join(', ')}.`,
    }
  return {
    name: 'stages',
    ok: false,
    detail: 'No opportunity stage is of the type Closed/Won, so no deal is ever won.',
    remedy: 'Set the type of a stage in Setup > Object Manager > Opportunity > Fields > Stage.',
  }
}

function checkFields({ org, settings }: Reader, { sourceId }: Context): Check {
  const name = 'fields'
  const objects = (['Opportunity', 'Contact', 'Lead'] as const).filter(
    (object) => settings.leads || object !== 'Lead',
  )
  const hides = (object: ObjectName) => (field: string) => !org.objects.get(object)?.has(field)
  const marks = MARK_FIELDS.map((mark) => settings.fields[mark])
  const missing = Map.groupBy(marks, (field) => objects.filter((object) => hides(object)(field)).join(', '))
  missing.delete('')
  const unkept = settings.keepFields.filter(hides('Opportunity'))
  const lines = [...missing].map(([on, fields]) => `on ${on}: ${fields.join(', ')}`)
  if (unkept.length > 0) lines.push(`on Opportunity, of keepFields: ${unkept.join(', ')}`)
  const told = `Missing, or hidden by field-level security: ${lines.join('; ')}.`
  const hasClick = !objects.some((object) => hides(object)(settings.fields.ttclid))
  if (hasClick && unkept.length === 0)
    return { name, ok: true, detail: `The click id can be read.${lines.length === 0 ? '' : ` ${told}`}` }
  return {
    name,
    ok: false,
    detail: told,
    remedy: `Run closeback install ${sourceId}, which also assigns the permission set TikTok_Conversions to the integration user.`,
  }
}

function checkCurrency({ isMultiCurrency, currency }: Org): Check {
  const name = 'currency'
  if (isMultiCurrency) return { name, ok: true, detail: 'Each deal names its own.' }
  if (currency !== null) return { name, ok: true, detail: `All amounts are ${currency}.` }
  return {
    name,
    ok: false,
    detail: 'The org does not tell its currency, so no deal has an amount.',
    remedy: 'Set settings.defaultCurrency to the currency of the org.',
  }
}

async function checkReplication(client: SfClient): Promise<Omit<Check, 'name'>> {
  const stamp = (ms: number) => encodeURIComponent(new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00'))
  const end = client.serverNow()
  await client.get(
    `/sobjects/Opportunity/updated?start=${stamp(end - 10 * MINUTE)}&end=${stamp(end)}`,
    'listing changes of Opportunity',
  )
  return { ok: true, detail: 'The org lists what changed, for the daily sweep.' }
}

function checkClock(client: SfClient, { now }: Context): Check {
  const seconds = Math.round((client.serverNow() - now()) / 1000)
  if (Math.abs(seconds) * 1000 <= MOST_SKEW_MS)
    return { name: 'clock', ok: true, detail: `${Math.abs(seconds)} s apart from Salesforce.` }
  return {
    name: 'clock',
    ok: false,
    detail: `This host is ${Math.abs(seconds)} s ${seconds > 0 ? 'behind' : 'ahead of'} Salesforce.`,
    remedy: 'Let the host keep its clock by NTP.',
  }
}

async function checkMessages({ secrets, publicUrl, sourceId, settings, origin }: Context): Promise<Check> {
  const name = 'outbound messages'
  const every = `Changes are seen by polls, every ${settings.pollMinutes} min`
  if ((await secrets()).hookToken === undefined)
    return { name, ok: true, detail: `${every}: no hookToken is set.` }
  const isSafe = publicUrl.startsWith('https://') || (settings.loginUrl ?? origin)?.startsWith('http://')
  if (isSafe)
    return { name, ok: true, detail: `Taken at ${publicUrl}/hooks/salesforce/${sourceId}/<hookToken>.` }
  return {
    name,
    ok: false,
    detail: `${every}: Salesforce only sends to https addresses.`,
    remedy: 'Set CLOSEBACK_PUBLIC_URL to the https address of this host.',
  }
}

/** A channel of an object that nobody selected is refused, or tells nothing. */
async function checkChanges({ client, settings }: Reader): Promise<Omit<Check, 'name'>> {
  const wanted = settings.leads ? ['Opportunity', 'Lead'] : ['Opportunity']
  const soql = `SELECT SelectedEntity FROM PlatformEventChannelMember WHERE EventChannel = 'ChangeEvents'`
  const answer = await client
    .get<{ records: { SelectedEntity: string }[] }>(
      `/tooling/query?q=${encodeURIComponent(soql)}`,
      'listing what is selected for change events',
    )
    .catch((error: unknown) => {
      if (error instanceof SalesforceError && error.kind === 'config') return null
      throw error
    })
  // That takes the permission "View Setup and Configuration", which an integration user need not have.
  if (answer === null)
    return {
      ok: true,
      detail: `The user may not see what is selected. Look in Setup > Change Data Capture for ${wanted.join(' and ')}.`,
    }
  const selected = new Set(answer.records.map(({ SelectedEntity }) => SelectedEntity))
  const missing = wanted.filter((object) => !selected.has(`${object}ChangeEvent`))
  if (missing.length === 0) return { ok: true, detail: `Selected: ${wanted.join(' and ')}.` }
  return {
    ok: false,
    detail: `Not selected: ${missing.join(' and ')}. Their changes are seen by polls and messages alone.`,
    remedy: 'Select them in Setup > Change Data Capture, or take settings.changeDataCapture away.',
  }
}

function checkCalls(client: SfClient, { settings }: Context): Check {
  const name = 'API calls'
  const usage = client.usage()
  if (usage === null) return { name, ok: true, detail: 'The org does not tell how many are left.' }
  const { used, limit } = usage
  const detail = `${used} of ${limit} used in the last 24 hours.`
  if (limit - used > limit * settings.dailyReserve) return { name, ok: true, detail }
  return {
    name,
    ok: false,
    detail: `${detail} The rest is left to others, so nothing is read now.`,
    remedy:
      'Wait, look in Setup > Company Information for what uses them, or set settings.dailyReserve lower.',
  }
}
