import type { InstallStep } from '../../../core/adapter.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import type { SfClient } from '../client/client.ts'
import { authorisationUrl } from '../client/grants.ts'
import { type Context, loginOf } from '../client/login.ts'
import { SalesforceError } from '../client/salesforce-error.ts'
import { noteInstallation } from '../installed.ts'
import { openReader } from '../reader.ts'
import { text } from '../soql/literal.ts'
import { assignPermissionSet } from './assign.ts'
import {
  type Component,
  customFields,
  KIT_OBJECTS,
  MESSAGE,
  outboundMessage,
  PERMISSION_SET,
  permissionSet,
  stageFlow,
} from './kit.ts'
import { LEAD_MAPPING, mergeLeadMapping } from './lead-mapping.ts'
import { type MetadataCalls, openMetadata } from './metadata.ts'

type State = Pick<InstallStep, 'state' | 'detail'>

interface Installing {
  ctx: Context
  client: SfClient
  metadata: MetadataCalls
  dryRun: boolean
}

const DEPLOY =
  'An administrator can deploy the same from the folder adapters/salesforce/sfdx: sf project deploy start.'

/** Creates what is missing in the org, one step after the other; a step that fails stops no other. */
export async function* install({ dryRun }: { dryRun: boolean }, ctx: Context): AsyncGenerator<InstallStep> {
  const reader = await openReader(ctx, { fresh: true }).catch(unauthorised)
  if (reader === null) {
    yield { name: 'authorisation', state: 'by hand', detail: await howToAgree(ctx) }
    return
  }
  const { client } = reader
  const at: Installing = { ctx, client, metadata: await openMetadata(client), dryRun }
  for (const object of KIT_OBJECTS) yield* fields(at, object)
  yield await step('permission set', () => permissions(at))
  yield await step('permission set assignment', () => assignPermissionSet(client, { dryRun }))
  yield await step('lead mapping', () => leadMapping(at))
  yield await step('outbound message', () => message(at))
  yield await step('flow', () => flow(at))
  // Hosts that run must not ask for what was there before.
  if (!dryRun) await noteInstallation(ctx)
  yield {
    name: 'web-to-lead forms',
    state: 'by hand',
    detail: 'Put the hidden fields into your forms: docs/salesforce.md shows the lines.',
  }
}

function unauthorised(error: unknown): null {
  if (error instanceof SalesforceError && ['NOT_AUTHORISED', 'invalid_grant'].includes(error.errorCode))
    return null
  throw error
}

async function howToAgree(ctx: Context): Promise<string> {
  const login = await loginOf(ctx)
  if (login.auth !== 'web')
    return 'Pre-authorise the integration user in the policies of the External Client App.'
  const url = await authorisationUrl(login, ctx.credentials)
  return `Open ${url} and agree; set secrets.authorizationCode to what follows code= in the address you end at, and run this again within ten minutes.`
}

async function step(name: string, work: () => Promise<State>): Promise<InstallStep> {
  return { name, ...(await work().catch(failed)) }
}

function failed(error: unknown): State {
  if (!(error instanceof ClosebackError)) throw error
  return { state: 'failed', detail: `${error.message} ${error.remedy} ${DEPLOY}` }
}

async function createOne(metadata: MetadataCalls, type: string, component: Component): Promise<void> {
  for (const refusal of (await metadata.create(type, [component])).values()) throw refusal
}

/** Fields are made in one call for each object; what each came to is told one by one. */
async function* fields(at: Installing, object: (typeof KIT_OBJECTS)[number]): AsyncGenerator<InstallStep> {
  const wanted = customFields(object, at.ctx.settings.fields)
  const outcome = await makeFields(at, wanted).catch(
    (error: unknown) => new Map(wanted.map(({ fullName }) => [fullName, failed(error)])),
  )
  for (const { fullName } of wanted) {
    const state = outcome.get(fullName)
    if (state !== undefined) yield { name: fullName, ...state }
  }
}

async function makeFields(
  { metadata, dryRun }: Installing,
  wanted: Component[],
): Promise<Map<string, State>> {
  const present = await metadata.read(
    'CustomField',
    wanted.map(({ fullName }) => fullName),
  )
  const missing = wanted.filter((_, index) => present[index] === null)
  const refused = dryRun || missing.length === 0 ? null : await metadata.create('CustomField', missing)
  return new Map(
    wanted.map((field, index) => {
      const error = refused?.get(field.fullName)
      const state = error ? failed(error) : fieldState(field, present[index] ?? null, dryRun)
      return [field.fullName, state]
    }),
  )
}

function fieldState(wanted: Component, present: Component | null, dryRun: boolean): State {
  const named = `${wanted.type}${wanted.length === undefined ? '' : ` (${wanted.length})`}`
  if (present === null) return { state: dryRun ? 'would create' : 'created', detail: `${named}.` }
  const length = Number(present.length ?? Number.POSITIVE_INFINITY)
  if (length >= Number(wanted.length ?? 0)) return { state: 'exists', detail: `${present.type}.` }
  return {
    state: 'exists',
    detail: `${present.type} (${length}): values longer than that do not fit, and Salesforce refuses them.`,
  }
}

async function permissions({ metadata, dryRun, ctx }: Installing): Promise<State> {
  const wanted = permissionSet(ctx.settings.fields)
  const [present = null] = await metadata.read('PermissionSet', [PERMISSION_SET])
  if (present === null) {
    if (!dryRun) await createOne(metadata, 'PermissionSet', wanted)
    return {
      state: dryRun ? 'would create' : 'created',
      detail: `${PERMISSION_SET}: read access, and our fields.`,
    }
  }
  const granted = new Set(grantsIn(present))
  const missing = grantsIn(wanted).filter((field) => !granted.has(field))
  if (missing.length === 0) return { state: 'exists', detail: `${PERMISSION_SET}.` }
  if (!dryRun) await metadata.update('PermissionSet', wanted)
  return {
    state: dryRun ? 'would create' : 'created',
    detail: `${missing.length} fields ${dryRun ? 'would be' : 'were'} added to ${PERMISSION_SET}.`,
  }
}

/** Fields that a permission set shows; SOAP gives a single element where there is one. */
function grantsIn({ fieldPermissions }: Component): string[] {
  return [fieldPermissions ?? []].flat().map((each) => String((each as { field?: unknown }).field))
}

async function leadMapping({ metadata, dryRun, ctx }: Installing): Promise<State> {
  const [present = null] = await metadata.read('LeadConvertSettings', [LEAD_MAPPING])
  const merged = mergeLeadMapping(present, ctx.settings.fields)
  if (merged === null) return { state: 'exists', detail: 'Our fields are mapped.' }
  if (!dryRun) await metadata.update('LeadConvertSettings', merged)
  return {
    state: dryRun ? 'would create' : 'created',
    detail: 'Our fields go from lead to contact and opportunity; what was mapped before stays.',
  }
}

/** The address that Salesforce posts to, `null` where there is none yet. */
async function endpoint({ secrets, publicUrl, sourceId, settings, origin }: Context): Promise<string | null> {
  const [token] = (await secrets()).hookToken ?? []
  const isReached = publicUrl.startsWith('https://') || (settings.loginUrl ?? origin)?.startsWith('http://')
  return token === undefined || !isReached ? null : `${publicUrl}/hooks/salesforce/${sourceId}/${token}`
}

const WITHOUT_ADDRESS: State = {
  state: 'by hand',
  detail:
    'Set secrets.hookToken and CLOSEBACK_PUBLIC_URL (https), then run this again; until then polls see every change.',
}

async function message(at: Installing): Promise<State> {
  const { metadata, dryRun, client, ctx } = at
  const url = await endpoint(ctx)
  if (url === null) return WITHOUT_ADDRESS
  const wanted = outboundMessage(url, await username(client))
  const [present = null] = await metadata.read('WorkflowOutboundMessage', [wanted.fullName])
  if (present?.endpointUrl === url) return { state: 'exists', detail: `${MESSAGE} on Opportunity.` }
  if (!dryRun && present === null) await createOne(metadata, 'WorkflowOutboundMessage', wanted)
  if (!dryRun && present !== null) await metadata.update('WorkflowOutboundMessage', wanted)
  return {
    state: dryRun ? 'would create' : 'created',
    detail:
      present === null ? `${MESSAGE} on Opportunity.` : `${MESSAGE} on Opportunity gets the new address.`,
  }
}

async function flow(at: Installing): Promise<State> {
  const { metadata, dryRun, ctx } = at
  if ((await endpoint(ctx)) === null) return WITHOUT_ADDRESS
  const wanted = stageFlow()
  const [present = null] = await metadata.read('Flow', [wanted.fullName])
  if (present !== null) return { state: 'exists', detail: `${MESSAGE}.` }
  if (!dryRun) await createOne(metadata, 'Flow', wanted)
  return { state: dryRun ? 'would create' : 'created', detail: `${MESSAGE}: after a change of the stage.` }
}

async function username(client: SfClient): Promise<string> {
  const soql = `SELECT Username FROM User WHERE Id = ${text(client.userId)}`
  for await (const [user] of client.pages<{ Username: string }>(soql, { of: 'User' }))
    if (user) return user.Username
  throw new ClosebackError('config', 'The integration user cannot be read.', {
    remedy: 'Create the outbound message by hand, with the integration user as the user to send as.',
  })
}
