import { z } from 'zod'
import { journeysReport } from '../../core/analysis/reports/journeys-report.ts'
import { DealJourneys } from '../../core/model/journeys.ts'
import { attributedConnection } from '../attribution/make-attribution.ts'
import { operation } from './operation.ts'
import { Day, Name, NumberText } from './parameters.ts'

const PAGE = 20

export const getJourneys = operation({
  route: 'GET /api/v1/reports/attribution/journeys',
  id: 'listJourneys',
  summary: 'Lists single won deals with the touches that led to them, newest first',
  query: z.strictObject({
    from: Day,
    to: Day,
    connection: Name.optional().describe('may be left out when there is one'),
    lookback: NumberText.optional().describe('days before the win that touches count in; 90 when left out'),
    channel: Name.optional().describe('only deals that it touched; `unknown`: that nobody saw come'),
    before: z
      .string()
      .regex(/^\d{1,15}-\d{1,15}$/, 'use `before` of the last page')
      .transform((text) => {
        const [at, id] = text.split('-').map(Number)
        return { at: at ?? 0, id: id ?? 0 }
      })
      .optional()
      .describe('`before` of the last page'),
  }),
  answers: {
    200: { description: 'one page', schema: DealJourneys },
    404: { description: 'there is no such connection' },
  },
  async act({ query }, { closeback }) {
    const { from, to, connection: connectionId = null, lookback = 90, channel = null, before = null } = query
    const connection = attributedConnection(closeback, { from, to, connectionId })
    return {
      status: 200,
      body: await journeysReport(closeback.ledger.reader, {
        connection,
        from,
        to,
        lookbackDays: lookback,
        channel,
        before,
        limit: PAGE,
      }),
    }
  },
})
