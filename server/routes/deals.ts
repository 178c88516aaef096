import { z } from 'zod'
import { findStories } from '../../core/ledger/story.ts'
import { explain } from '../../core/mapping/explain.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { Explained } from '../openapi/shapes.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const MAX_RECORD = 1000

export const getDeal = operation({
  route: 'GET /api/v1/deals/{source}/{record}',
  id: 'explainDeal',
  summary: 'Tells everything that happened to one deal, and why it was or was not sent',
  path: z.object({
    source: Name,
    record: z.string().min(1).max(MAX_RECORD).describe('`id`, or `type:id`; percent-encoded'),
  }),
  answers: {
    200: {
      description: 'one story for each record type that has this id',
      schema: z.object({ stories: z.array(Explained) }),
    },
    404: { description: 'nothing was ever heard of it' },
  },
  async act({ path: { source, record } }, { closeback: { ledger, pipeline } }) {
    const adapter = (await pipeline.settings()).sources.get(source)?.adapter
    const stories = await findStories(ledger.db, source, record, adapter?.idOf)
    if (stories.length === 0) {
      throw new ClosebackError('not_found', 'Nothing was ever heard of this record from this source.', {
        remedy: 'Check source and id; GET /api/v1/deliveries lists what led to a delivery.',
      })
    }
    return { status: 200, body: { stories: stories.map((story) => ({ ...story, ...explain(story) })) } }
  },
})
