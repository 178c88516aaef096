import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import type { SecretRef } from '../../core/model/workspace.ts'
import type { Host } from '../host.ts'
import { editWorkspace, entryOf } from '../workspace-edit.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const path = z.object({ id: Name })
const Settings = z.record(z.string(), z.json()).default({})
const Given = z
  .record(z.string(), z.string().min(1).max(10_000))
  .default({})
  .describe('by name; they are sealed, and never shown again')
const UNKNOWN = { 404: { description: 'there is no such source' } }
const CONFLICT = { 409: { description: 'somebody else changed the settings meanwhile; nothing was written' } }
const Made = z.object({
  id: z.string(),
  revision: z.int(),
  secret: z.string().nullable().describe('the new secret, shown this once'),
})

/** A secret as Standard Webhooks has them. */
function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

export const sourceEdits = [
  operation({
    route: 'POST /api/v1/sources',
    id: 'addSource',
    summary: 'Makes a source',
    body: z.strictObject({
      id: Name,
      adapter: Name,
      settings: Settings,
      secrets: Given,
      generate: Name.nullable()
        .default(null)
        .describe(
          'the name of a secret that shall be made here, for a sender that signs by Standard Webhooks',
        ),
    }),
    answers: { 201: { description: 'made', schema: Made }, ...CONFLICT },
    async act({ body: { id, adapter, settings, secrets, generate }, actor }, host) {
      const secret = generate === null ? null : newSigningSecret()
      const given = { ...secrets, ...(generate !== null && secret !== null && { [generate]: secret }) }
      const { revision } = await editWorkspace(host, {
        actor,
        base: null,
        change: (current) => {
          if (current.sources.some((source) => source.id === id)) throw taken()
          const refs = Object.entries(given).map(([name, value]) => [name, { value }])
          const source = { id, adapter, settings, secrets: Object.fromEntries(refs) }
          return { ...current, sources: [...current.sources, source] }
        },
      })
      return { status: 201, body: { id, revision, secret } }
    },
  }),
  operation({
    route: 'PUT /api/v1/sources/{id}',
    id: 'changeSource',
    summary: 'Changes the settings of a source, and the secrets that are given',
    path,
    body: z.strictObject({ base: z.int(), settings: Settings, secrets: Given }),
    answers: { 200: { description: 'changed', schema: Made }, ...UNKNOWN, ...CONFLICT },
    async act({ path: { id }, body: { base, settings, secrets }, actor }, host) {
      const { revision } = await editWorkspace(host, {
        actor,
        base,
        change: (current) => {
          const source = entryOf(current.sources, 'source', id)
          source.settings = settings
          for (const [name, value] of Object.entries(secrets)) source.secrets[name] = { value }
          return current
        },
      })
      return { status: 200, body: { id, revision, secret: null } }
    },
  }),
  operation({
    route: 'DELETE /api/v1/sources/{id}',
    id: 'removeSource',
    summary: 'Takes a source out of the settings; what it told stays in the ledger',
    path,
    answers: { 204: { description: 'it takes nothing any more' }, ...UNKNOWN, ...CONFLICT },
    async act({ path: { id }, actor }, host) {
      await editWorkspace(host, {
        actor,
        base: null,
        change: (current) => {
          entryOf(current.sources, 'source', id)
          const rules = current.rules.filter((rule) => rule.source !== id)
          return { ...current, sources: current.sources.filter((source) => source.id !== id), rules }
        },
      })
      return { status: 204, body: null }
    },
  }),
  operation({
    route: 'POST /api/v1/sources/{id}/secrets/{name}/rotate',
    id: 'rotateSecret',
    summary: 'Makes a new signing secret and shows it, once; the old one is taken too until it is retired',
    path: path.extend({ name: Name }),
    answers: { 200: { description: 'two are taken now', schema: Made }, ...UNKNOWN, ...CONFLICT },
    async act({ path: { id, name }, actor }, host) {
      const secret = newSigningSecret()
      const old = await presentSecret(host, id, name)
      const { revision } = await editWorkspace(host, {
        actor,
        base: null,
        change: (current) => {
          entryOf(current.sources, 'source', id).secrets[name] = [{ value: secret }, ...old]
          return current
        },
      })
      return { status: 200, body: { id, revision, secret } }
    },
  }),
  operation({
    route: 'POST /api/v1/sources/{id}/secrets/{name}/retire',
    id: 'retireSecret',
    summary: 'Takes only the new secret from now on',
    path: path.extend({ name: Name }),
    answers: { 200: { description: 'one is taken', schema: Made }, ...UNKNOWN, ...CONFLICT },
    async act({ path: { id, name }, actor }, host) {
      const { revision } = await editWorkspace(host, {
        actor,
        base: null,
        change: (current) => {
          const source = entryOf(current.sources, 'source', id)
          const refs = source.secrets[name]
          if (Array.isArray(refs) && refs[0]) source.secrets[name] = refs[0]
          return current
        },
      })
      return { status: 200, body: { id, revision, secret: null } }
    },
  }),
]

/** The secret that signs now, to stand second: one that is sealed is bound to its place and has to move by its value. */
async function presentSecret({ closeback }: Host, id: string, name: string): Promise<SecretRef[]> {
  const source = entryOf(closeback.store.current.workspace.sources, 'source', id)
  const refs = source.secrets[name]
  const [first] = Array.isArray(refs) ? refs : refs ? [refs] : []
  if (!first) return []
  if (!('sealed' in first)) return [first]
  const active = (await closeback.pipeline.settings()).sources.get(id)
  const secrets = active && (await closeback.pipeline.adapterContext(active).secrets())
  const [value] = (secrets as Record<string, string[]> | undefined)?.[name] ?? []
  return value === undefined ? [] : [{ value }]
}

function taken(): ClosebackError {
  return new ClosebackError('invalid', 'This name is taken.', {
    remedy: 'Choose another one.',
    issues: [{ path: 'body/id', message: 'is the name of another source' }],
  })
}
