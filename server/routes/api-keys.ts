import { z } from 'zod'
import { createApiKey, listApiKeys, ROLES, revokeApiKey } from '../../core/ledger/api-keys.ts'
import { addEntry } from '../../core/ledger/journal.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import { ApiKeyShape, NewApiKey } from '../openapi/shapes.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

export const getApiKeys = operation({
  route: 'GET /api/v1/api-keys',
  id: 'listApiKeys',
  summary: 'Lists the keys that work, without the keys themselves',
  answers: { 200: { description: 'oldest first', schema: z.object({ keys: z.array(ApiKeyShape) }) } },
  async act(_call, { closeback }) {
    const keys = await listApiKeys(closeback.ledger.db)
    return {
      status: 200,
      body: {
        keys: keys.map(({ id, role, sourceId, createdAt }) => ({
          id,
          role,
          source: sourceId,
          createdAt: toIso(createdAt),
        })),
      },
    }
  },
})

export const postApiKey = operation({
  route: 'POST /api/v1/api-keys',
  id: 'createApiKey',
  summary: 'Makes a key and shows it, once',
  body: z
    .strictObject({
      role: z.enum(ROLES),
      source: Name.nullable().default(null).describe('only for a sender, which must name one'),
    })
    .refine(({ role, source }) => (role === 'sender') === (source !== null), {
      path: ['source'],
      message: 'a sender names one source, and nobody else does',
    }),
  answers: {
    201: { description: 'the key', schema: NewApiKey },
    404: { description: 'there is no such source' },
  },
  async act({ body: { role, source }, actor }, { closeback: { ledger, store } }) {
    if (source !== null && !store.current.workspace.sources.some(({ id }) => id === source)) {
      throw new ClosebackError('not_found', 'There is no source of this name.', {
        remedy: 'Use the id of a source of the workspace.',
      })
    }
    const made = await ledger.transaction(async (tx) => {
      const created = await createApiKey(tx, { role, sourceId: source }, ledger.now())
      await addEntry(tx, {
        at: ledger.now(),
        actor: actor ?? 'api',
        verb: 'api-key create',
        subject: `API key ${created.id}`,
        detail: source === null ? role : `${role} of ${source}`,
      })
      return created
    })
    return { status: 201, body: { ...made, role, source } }
  },
})

export const deleteApiKey = operation({
  route: 'DELETE /api/v1/api-keys/{id}',
  id: 'revokeApiKey',
  summary: 'Ends a key for good',
  path: z.object({ id: Name }),
  answers: { 204: { description: 'it works no more' }, 404: { description: 'no key works under this id' } },
  async act({ path: { id }, actor }, { closeback: { ledger } }) {
    const revoked = await ledger.transaction(async (tx) => {
      const done = await revokeApiKey(tx, id, ledger.now())
      const entry = { at: ledger.now(), actor: actor ?? 'api', verb: 'api-key revoke' }
      if (done) await addEntry(tx, { ...entry, subject: `API key ${id}`, detail: '' })
      return done
    })
    if (!revoked) {
      throw new ClosebackError('not_found', 'No key works under this id.', {
        remedy: 'List them with GET /api/v1/api-keys.',
      })
    }
    return { status: 204, body: null }
  },
})
