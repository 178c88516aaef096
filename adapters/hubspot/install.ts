import type { InstallStep } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { ObjectType } from './api.ts'
import { GROUP, PROPERTIES } from './installed.ts'
import type { Portal } from './portal.ts'

const TYPES: readonly (readonly [ObjectType, string])[] = [
  ['contacts', 'contact'],
  ['deals', 'deal'],
]

/** Creates the property group and the properties on contacts and deals that are not there yet, and says what only people can do. */
export async function* install({ dryRun }: { dryRun: boolean }, portal: Portal): AsyncIterable<InstallStep> {
  for (const [type, noun] of TYPES) {
    try {
      yield* installOn(type, noun, dryRun, portal)
    } catch (error) {
      if (!(error instanceof ClosebackError)) throw error
      yield { name: noun, state: 'failed', detail: `${error.message} ${error.remedy}` }
    }
  }
  yield* byHand(portal)
}

async function* installOn(
  type: ObjectType,
  noun: string,
  dryRun: boolean,
  { api }: Portal,
): AsyncIterable<InstallStep> {
  const made = dryRun ? ('would create' as const) : ('created' as const)
  const [groups, existing] = await Promise.all([api.propertyGroups(type), api.properties(type)])
  const known = new Map(existing.map((property) => [property.name, property]))
  const missing = PROPERTIES.filter(({ name }) => !known.has(name))
  const groupName = `${noun} group ${GROUP.name}`
  if (groups.includes(GROUP.name)) yield { name: groupName, state: 'exists', detail: 'The group is there.' }
  else if (missing.length > 0) {
    if (!dryRun) await api.createGroup(type, GROUP.name, GROUP.label)
    yield { name: groupName, state: made, detail: `A group "${GROUP.label}" for the properties.` }
  }
  if (!dryRun && missing.length > 0) await api.createProperties(type, missing)
  for (const { name, label } of PROPERTIES) {
    const there = known.get(name)
    const detail = there ? detailOf(there.type) : `${label}, one line of text.`
    yield { name: `${noun}.${name}`, state: there ? 'exists' : made, detail }
  }
}

function detailOf(type: string): string {
  return type === 'string'
    ? 'It is there.'
    : `It is there, of type ${type}: values that do not fit are not kept.`
}

/** What HubSpot has no API for, or only people should decide. */
function* byHand({ ctx }: Portal): Iterable<InstallStep> {
  const hook = `${ctx.publicUrl}/hooks/hubspot/${ctx.sourceId}`
  yield {
    name: 'hidden fields',
    state: 'by hand',
    detail:
      'In each form that leads to deals add ttclid, ttp, closeback_id and the utm_ properties as hidden fields (Marketing > Forms > the form > Existing properties).',
  }
  yield {
    name: 'webhooks',
    state: 'by hand',
    detail: `Put ${hook} into adapters/hubspot/app and run "hs project upload"; without webhooks changes are seen by polling.`,
  }
  yield {
    name: 'deal values',
    state: 'by hand',
    detail:
      'A workflow "copy ttclid from contact to deal" keeps the click with the deal when contacts change; it is optional.',
  }
}
