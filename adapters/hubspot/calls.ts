import type { Client } from '@hubspot/api-client'
import type { SimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObject.js'
import type { PropertyCreate } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Api } from './api.ts'
import { type Asking, ask } from './ask.ts'
import { ASSOCIATION_BATCH, HISTORY_BATCH, LIST_PAGE, READ_BATCH, SUBMISSION_PAGE } from './constants.ts'
import type { Association, CrmRecord, PastValue } from './records.ts'

/**
 * The client's answers in our words. This is the one file that knows how HubSpot is asked, and with it its paths: the client
 * has none with a date in them yet; versions 1 to 3 end in September 2027, version 4 (associations) on 2027-03-30.
 *
 * @param client as it stands, with a token that is good
 */
export function createApi(client: () => Promise<Client>, asking: Asking): Api {
  const to = <T>(what: string, call: (client: Client) => Promise<T>, kind: 'search' | 'other' = 'other') =>
    ask(asking, what, kind, async () => call(await client()))
  const get = async (what: string, path: string, qs: Record<string, string> = {}) =>
    to(what, async (client) => readAnswer(await client.apiRequest({ path, qs })))

  return {
    async search(type, { filters, sort, properties, limit, after }) {
      // All five members always: the docs leave some out, the specification requires them.
      const request = { filterGroups: [{ filters }], sorts: [sort], properties, limit, after }
      const answer = await to(
        `searching ${type}`,
        (client) => client.crm.objects.searchApi.doSearch(type, request as never),
        'search',
      )
      return {
        total: answer.total,
        records: answer.results.map(toRecord),
        after: answer.paging?.next?.after ?? null,
      }
    },

    async read(type, ids, { properties, history = [], archived = false }) {
      const size = history.length > 0 ? HISTORY_BATCH : READ_BATCH
      const pages = await Promise.all(
        chunks(ids, size).map((some) =>
          to(`reading ${type}`, async (client) => {
            const inputs = some.map((id) => ({ id }))
            const request = { inputs, properties: [...properties], propertiesWithHistory: [...history] }
            const answer = await client.crm.objects.batchApi.read(type, request, archived)
            refuseErrors('errors' in answer ? answer.errors : undefined, `reading ${type}`, NOT_FOUND)
            return answer.results.map(toRecord)
          }),
        ),
      )
      return pages.flat()
    },

    async list(type, after, { properties, history = [], archived = false }) {
      const limit = history.length > 0 ? HISTORY_BATCH : LIST_PAGE
      const answer = await to(`listing ${type}`, (client) =>
        client.crm.objects.basicApi.getPage(
          type,
          limit,
          after ?? undefined,
          [...properties],
          history.length > 0 ? [...history] : undefined,
          undefined,
          archived,
        ),
      )
      return { records: answer.results.map(toRecord), after: answer.paging?.next?.after ?? null }
    },

    async associations(from, target, ids) {
      const found = new Map<string, Association[]>()
      const what = `reading which ${target} belong to ${from}`
      const pages = await Promise.all(
        chunks(ids, ASSOCIATION_BATCH).map((some) =>
          to(what, async (client) => {
            const request = { inputs: some.map((id) => ({ id })) }
            const answer = await client.crm.associations.v4.batchApi.getPage(from, target, request)
            refuseErrors('errors' in answer ? answer.errors : undefined, what, NO_ASSOCIATIONS)
            return answer.results
          }),
        ),
      )
      for (const { _from, to } of pages.flat()) {
        const rows = to.map(({ toObjectId, associationTypes }) => ({
          id: String(toObjectId),
          typeIds: associationTypes.map(({ typeId }) => typeId),
          labels: associationTypes.flatMap(({ label }) => (label ? [label] : [])),
        }))
        if (rows.length > 0) found.set(String(_from.id), rows)
      }
      return found
    },

    async pipelines() {
      const answer = await to('reading pipelines', (client) =>
        client.crm.pipelines.pipelinesApi.getAll('deals'),
      )
      return answer.results.map(({ id, label, stages }) => ({
        id,
        label,
        stages: stages.map((stage) => ({ id: stage.id, label: stage.label, metadata: stage.metadata ?? {} })),
      }))
    },

    async properties(type) {
      const answer = await to(`reading properties of ${type}`, (client) =>
        client.crm.properties.coreApi.getAll(type, false),
      )
      return answer.results.map(({ name, label, type }) => ({ name, label, type }))
    },

    async propertyGroups(type) {
      const answer = await to(`reading property groups of ${type}`, (client) =>
        client.crm.properties.groupsApi.getAll(type),
      )
      return answer.results.map(({ name }) => name)
    },

    async createGroup(type, name, label) {
      await to(`creating a property group of ${type}`, (client) =>
        client.crm.properties.groupsApi.create(type, { name, label }),
      )
    },

    async createProperties(type, properties) {
      const what = `creating properties of ${type}`
      await to(what, async (client) => {
        const answer = await client.crm.properties.batchApi.create(type, {
          inputs: properties.map((property) => ({ ...property, ...TEXT })),
        })
        refuseErrors(
          'errors' in answer ? answer.errors : undefined,
          what,
          new Set(['OBJECT_ALREADY_EXISTS', 'CONFLICT']),
        )
      })
    },

    async forms(after) {
      const answer = await to('listing forms', (client) =>
        client.marketing.forms.formsApi.getPage(after ?? undefined, LIST_PAGE),
      )
      const forms = answer.results.map(({ id, name }) => ({ id: String(id), name }))
      return { forms, after: answer.paging?.next?.after ?? null }
    },

    async submissions(form, after) {
      const qs = { limit: String(SUBMISSION_PAGE), ...(after !== null && { after }) }
      const { body } = await get(
        'reading form submissions',
        `/form-integrations/v1/submissions/forms/${form}`,
        qs,
      )
      const answer = body as { results?: RawSubmission[]; paging?: { next?: { after?: string } } }
      const rows = (answer.results ?? []).map(({ conversionId, submittedAt, values, pageUrl }) => ({
        id: String(conversionId),
        submittedAt: Number(submittedAt),
        values: (values ?? []).map(({ name, value }) => ({ name: String(name), value: String(value ?? '') })),
        pageUrl: pageUrl ?? null,
      }))
      return { rows, after: answer.paging?.next?.after ?? null }
    },

    async account() {
      const { body, headers } = await get('reading the account', '/account-info/v3/details')
      const said = body as Record<string, unknown>
      const text = (name: string) => (typeof said[name] === 'string' ? (said[name] as string) : null)
      const [left, most] = ['daily-remaining', 'daily'].map((name) => headers[`x-hubspot-ratelimit-${name}`])
      const date = Date.parse(headers.date ?? '')
      return {
        portalId: String(said.portalId ?? ''),
        kind: text('accountType') ?? 'unknown',
        currency: text('companyCurrency'),
        timezone: text('timeZone'),
        daily: left !== undefined && most !== undefined ? { left: Number(left), most: Number(most) } : null,
        date: Number.isNaN(date) ? null : date,
      }
    },
  }
}

/** One line of text: the client's types are enums, which we do not load for two words. */
const TEXT = { type: 'string', fieldType: 'text', formField: true } as never as {
  type: PropertyCreate['type']
  fieldType: PropertyCreate['fieldType']
  formField: true
}

interface RawSubmission {
  conversionId?: unknown
  submittedAt?: unknown
  values?: { name?: unknown; value?: unknown }[]
  pageUrl?: string | null
}

/** `apiRequest` throws for no status: what is no success becomes what the generated code would have thrown. */
async function readAnswer(response: Response): Promise<{ body: unknown; headers: Record<string, string> }> {
  const headers = Object.fromEntries(response.headers)
  const text = await response.text()
  if (!response.ok) throw { code: response.status, body: text, headers }
  return { body: JSON.parse(text), headers }
}

const NOT_FOUND: ReadonlySet<string> = new Set(['OBJECT_NOT_FOUND'])
const NO_ASSOCIATIONS: ReadonlySet<string> = new Set(['OBJECT_NOT_FOUND', 'NO_ASSOCIATIONS_FOUND'])

/** A batch answers 207 and success for what it found: other problems than the expected must not pass for "not there". */
function refuseErrors(
  errors: readonly { category: string; subCategory?: unknown }[] | undefined,
  what: string,
  expected: ReadonlySet<string>,
): void {
  const other = (errors ?? []).find(
    ({ category, subCategory }) =>
      !expected.has(category) && !expected.has(String(subCategory).split('.').at(-1) ?? ''),
  )
  if (other === undefined) return
  throw new ClosebackError(
    'unavailable',
    `HubSpot, ${what}: a part of the batch failed (${other.category}).`,
    {
      remedy: 'Nothing to do: it is tried again by itself.',
    },
  )
}

function toRecord(object: SimplePublicObject): CrmRecord {
  const history: Record<string, PastValue[]> = {}
  for (const [name, values] of Object.entries(object.propertiesWithHistory ?? {})) {
    history[name] = values
      .map(({ value, timestamp, sourceType }) => ({ value, at: timestamp.getTime(), source: sourceType }))
      .sort((a, b) => a.at - b.at)
  }
  return {
    id: object.id,
    properties: object.properties,
    history,
    archived: object.archived ?? false,
    updatedAt: Math.max(object.updatedAt.getTime(), object.archivedAt?.getTime() ?? 0),
  }
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = []
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size))
  return parts
}
