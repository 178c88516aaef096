import { z } from 'zod'
import { OPEN_BARS, ReconciledDeal } from '../../core/model/reconciliation.ts'
import { listDeals } from '../reconciliation/list-deals.ts'
import { operation } from './operation.ts'
import { Day, Name, NumberText } from './parameters.ts'

export const getReconciledDeals = operation({
  route: 'GET /api/v1/reports/reconciliation/deals',
  id: 'listReconciledDeals',
  summary: 'Lists the deals behind one figure of a reconciliation, the latest first',
  query: z.object({
    from: Day,
    to: Day,
    connection: Name,
    event: Name,
    asOf: Day.optional(),
    bar: z.enum(OPEN_BARS),
    book: NumberText.describe('`book.id` of the report; left out when that is null').optional(),
    offset: NumberText.describe('`next` of the last page').optional(),
  }),
  answers: {
    200: {
      description: 'one page',
      schema: z.object({ deals: z.array(ReconciledDeal), next: z.int().nullable() }),
    },
    404: { description: 'there is no such connection, event or book' },
  },
  async act({ query }, { closeback }) {
    const { from, to, connection, event, asOf = null, bar, book = null, offset = 0 } = query
    const order = { from, to, connectionId: connection, event, asOf, bar, bookId: book, offset }
    return { status: 200, body: await listDeals(closeback, order) }
  },
})
