import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import { poll } from '../../core/pipeline/poll.ts'
import type { ActiveSource } from '../../core/pipeline/settings.ts'
import type { Closeback } from '../compose.ts'
import { FindingShape, PollReportShape, SourceDescription } from '../openapi/source-shapes.ts'
import { checkSource } from '../source-check.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const path = z.object({ id: Name })
const UNKNOWN = { 404: { description: 'there is no such source' } }

/** What the console asks of one source, and does for it. */
export const sourceOperations = [
  operation({
    route: 'POST /api/v1/sources/{id}/check',
    id: 'checkSource',
    summary: 'Asks the CRM whether everything is as it should be',
    path,
    answers: {
      200: {
        description: 'what was found, each with its remedy',
        schema: z.object({ findings: z.array(FindingShape) }),
      },
      ...UNKNOWN,
    },
    async act({ path: { id } }, { closeback }) {
      const { findings } = await checkSource(closeback, (await activeOf(closeback, id)).source)
      return { status: 200, body: { findings } }
    },
  }),
  operation({
    route: 'GET /api/v1/sources/{id}/description',
    id: 'describeSource',
    summary: 'Reads the stages and fields of the CRM',
    path,
    answers: { 200: { description: 'as the CRM has them now', schema: SourceDescription }, ...UNKNOWN },
    async act({ path: { id } }, { closeback }) {
      const active = await activeOf(closeback, id)
      const described = await active.adapter.describe?.(closeback.pipeline.adapterContext(active))
      return { status: 200, body: described ?? { account: null, pipelines: [], fields: [] } }
    },
  }),
  operation({
    route: 'POST /api/v1/sources/{id}/poll',
    id: 'pollSource',
    summary: 'Asks the CRM now what changed',
    path,
    answers: { 200: { description: 'what came of it', schema: PollReportShape }, ...UNKNOWN },
    async act({ path: { id } }, { closeback, jobs }) {
      const [report] = await poll(closeback.pipeline, { sourceId: id })
      jobs.wake()
      return { status: 200, body: report as object }
    },
  }),
]

async function activeOf({ pipeline }: Closeback, id: string): Promise<ActiveSource> {
  const active = (await pipeline.settings()).sources.get(id)
  if (active) return active
  throw new ClosebackError('not_found', `There is no source "${id}".`, {
    remedy: 'GET /api/v1/workspace lists them.',
  })
}
