import { z } from 'zod'
import { insightsReport } from '../../core/analysis/reports/insights-report.ts'
import { InsightsReport } from '../../core/model/insights-report.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { known } from '../commands/known.ts'
import { checkPeriod } from '../reports/check-period.ts'
import { operation } from './operation.ts'
import { Day, Name } from './parameters.ts'

export const getInsights = operation({
  route: 'GET /api/v1/reports/insights',
  id: 'getInsights',
  summary: 'Tells what TikTok reported, day by day with every restatement, and by campaign, ad group or ad',
  query: z.object({
    from: Day,
    to: Day,
    connection: Name,
    campaign: Name.describe('opens a campaign: its days, and its ad groups').optional(),
    adGroup: Name.describe('opens an ad group of it: its days, and its ads').optional(),
  }),
  answers: {
    200: { description: 'the report', schema: InsightsReport },
    404: { description: 'there is no such connection' },
  },
  async act({ query }, { closeback: { ledger, store } }) {
    const { from, to, campaign = null, adGroup = null } = query
    const { connections } = store.current.workspace
    known('connection', query.connection, connections)
    const connection = connections.find(({ id }) => id === query.connection) as Connection
    const now = ledger.now()
    checkPeriod({ from, to, asOf: null }, connection, now)
    const asked = { connection, from, to, campaignId: campaign, adGroupId: adGroup, now }
    return { status: 200, body: await insightsReport(ledger.reader, asked) }
  },
})
