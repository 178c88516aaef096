import { z } from 'zod'
import { readPolls } from '../../core/ledger/polls.ts'
import { lastHeard } from '../../core/ledger/source-activity.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import { AdapterShape, HookRequestShape, SourceCard } from '../openapi/console-shapes.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const isoOrNull = (ms: number | null | undefined) => (ms == null ? null : toIso(ms))

export const getAdapters = operation({
  route: 'GET /api/v1/adapters',
  id: 'listAdapters',
  summary: 'Lists the adapters of this host, with the JSON Schemas of their settings and secrets',
  answers: {
    200: {
      description: 'what a source can be made of',
      schema: z.object({ adapters: z.array(AdapterShape) }),
    },
  },
  async act(_call, { closeback: { adapters } }) {
    const distinct = [...new Map([...adapters.values()].map((adapter) => [adapter.id, adapter])).values()]
    return {
      status: 200,
      body: {
        adapters: distinct.map((adapter) => ({
          id: adapter.id,
          title: adapter.title,
          settings: schemaOf(adapter.settings),
          secrets: schemaOf(adapter.secrets),
          can: {
            receive: adapter.receive !== undefined,
            poll: adapter.poll !== undefined,
            install: adapter.install !== undefined,
            describe: adapter.describe !== undefined,
          },
        })),
      },
    }
  },
})

/** As people write it; what JSON Schema has no word for may be anything. */
function schemaOf(schema: z.ZodType): Record<string, z.core.util.JSONType> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    z.core.util.JSONType
  >
}

export const getSources = operation({
  route: 'GET /api/v1/sources',
  id: 'listSources',
  summary: 'Tells of each source when it was last heard of, and where it is told things',
  answers: {
    200: {
      description: 'in the order of the settings',
      schema: z.object({ revision: z.int(), sources: z.array(SourceCard) }),
    },
  },
  async act(_call, { closeback: { ledger, store, adapters }, publicUrl, requests }) {
    const { workspace, revision } = store.current
    const ids = workspace.sources.map(({ id }) => id)
    const [heard, polls] = await Promise.all([lastHeard(ledger.reader, ids), readPolls(ledger.db)])
    const sources = workspace.sources.map(({ id, adapter: name, secrets, settings }) => {
      const adapter = adapters.get(name)
      const poll = polls.get(id)
      return {
        id,
        adapter: name,
        title: adapter?.title ?? name,
        hookUrl: adapter?.receive ? `${publicUrl()}/hooks/${adapter.id}/${id}` : null,
        settings: settings as Record<string, z.core.util.JSONType>,
        secrets: Object.entries(secrets).map(([secret, refs]) => ({
          name: secret,
          count: Array.isArray(refs) ? refs.length : 1,
        })),
        canPoll: adapter?.poll !== undefined,
        canInstall: adapter?.install !== undefined,
        lastEventAt: isoOrNull(heard.get(id)),
        lastPollAt: isoOrNull(poll?.polledAt),
        lastGoodPollAt: isoOrNull(poll?.okAt),
        pollProblem: poll?.error ?? null,
        lastRequestAt: isoOrNull(requests.of(id)[0]?.at),
      }
    })
    return { status: 200, body: { revision, sources } }
  },
})

export const getSourceRequests = operation({
  route: 'GET /api/v1/sources/{id}/requests',
  id: 'listSourceRequests',
  summary: 'The last requests of a source to this host, with their answers, newest first',
  path: z.object({ id: Name }),
  answers: {
    200: { description: 'up to 50', schema: z.object({ requests: z.array(HookRequestShape) }) },
    404: { description: 'there is no such source' },
  },
  async act({ path: { id } }, { closeback: { store }, requests }) {
    if (!store.current.workspace.sources.some((source) => source.id === id)) {
      throw new ClosebackError('not_found', `There is no source "${id}".`, {
        remedy: 'GET /api/v1/sources lists them.',
      })
    }
    const said = requests.of(id).map((request) => ({ ...request, at: toIso(request.at) }))
    return { status: 200, body: { requests: said } }
  },
})
