import { z } from 'zod'
import { listAudits } from '../../core/ledger/audits.ts'
import { Audit } from '../../core/model/audit.ts'
import { operation } from './operation.ts'
import { Name, NumberText } from './parameters.ts'

const MAX_PAGE = 50

export const getAudits = operation({
  route: 'GET /api/v1/audits',
  id: 'listAudits',
  summary: 'Lists audits, newest first',
  query: z.strictObject({
    connection: Name.optional(),
    before: NumberText.describe('only older ones: `before` of the last page').optional(),
    limit: NumberText.refine((limit) => limit <= MAX_PAGE, `at most ${MAX_PAGE}`).optional(),
  }),
  answers: {
    200: {
      description: 'one page',
      schema: z.object({
        audits: z.array(Audit),
        before: z.int().nullable().describe('for the next page; null when this is the last'),
      }),
    },
  },
  async act({ query: { connection: connectionId, before, limit = 10 } }, { closeback: { ledger } }) {
    const rows = await listAudits(ledger.reader, { connectionId, before, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const next = rows.length > limit ? (page.at(-1)?.id ?? null) : null
    return { status: 200, body: { audits: page.map(({ audit }) => audit), before: next } }
  },
})
