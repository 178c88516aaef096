import { z } from 'zod'
import { ingestById, type Ingest as LedgerIngest, listIngests } from '../../core/ledger/ingests.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import { Ingest } from '../openapi/shapes.ts'
import { operation } from './operation.ts'
import { NumberText } from './parameters.ts'

const MAX_PAGE = 500

export const getIngests = operation({
  route: 'GET /api/v1/ingests',
  id: 'listIngests',
  summary: 'Lists streams, newest first',
  description: 'A sender sees those of its own source.',
  query: z.strictObject({
    before: NumberText.describe('only streams with a smaller id: `before` of the last page').optional(),
    limit: NumberText.refine((limit) => limit <= MAX_PAGE, `at most ${MAX_PAGE}`).optional(),
  }),
  answers: {
    200: {
      description: 'one page',
      schema: z.object({
        ingests: z.array(Ingest),
        before: z.int().nullable().describe('for the next page; null when this is the last'),
      }),
    },
  },
  async act({ query: { before = null, limit = 50 }, source }, { closeback: { ledger } }) {
    const filter = { sourceId: source, before, limit: limit + 1 }
    const found = await listIngests(ledger.reader, filter, ledger.now())
    const page = found.slice(0, limit)
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null
    return { status: 200, body: { ingests: page.map(view), before: next } }
  },
})

export const getIngest = operation({
  route: 'GET /api/v1/ingests/{id}',
  id: 'getIngest',
  summary: 'Tells how far a stream is',
  path: z.object({ id: NumberText }),
  answers: { 200: { description: 'the stream', schema: Ingest }, 404: { description: 'there is none' } },
  async act({ path: { id }, source }, { closeback: { ledger } }) {
    const found = await ingestById(ledger.db, id, ledger.now())
    // Another source's stream and none at all look the same.
    if (found && (source === null || found.sourceId === source)) return { status: 200, body: view(found) }
    throw new ClosebackError('not_found', `There is no stream ${id}.`, {
      remedy: 'List them with GET /api/v1/ingests.',
    })
  },
})

function view({ sourceId, startedAt, updatedAt, ...rest }: LedgerIngest): object {
  return { ...rest, source: sourceId, startedAt: toIso(startedAt), updatedAt: toIso(updatedAt) }
}
