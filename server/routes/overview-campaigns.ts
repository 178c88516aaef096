import { z } from 'zod'
import { campaignsReport } from '../../core/analysis/reports/campaigns-report.ts'
import type { AcceptedGroup } from '../../core/ledger/accepted-by-campaign.ts'
import { accountDay } from '../../core/model/account-day.ts'
import { Campaigns } from '../../core/model/campaigns.ts'
import { settledDays } from '../overview/settled-days.ts'
import { operation } from './operation.ts'
import { Name } from './parameters.ts'

const MOST = 5
const acceptedOf = settledDays<AcceptedGroup[]>()

export const getOverviewCampaigns = operation({
  route: 'GET /api/v1/overview/campaigns',
  id: 'getOverviewCampaigns',
  summary: 'Holds what campaigns cost against what was delivered for them, and the period before',
  query: z.strictObject({
    connection: Name.describe('only this one').optional(),
    days: z
      .enum(['1', '7', '28'])
      .default('28')
      .transform(Number)
      .describe('account days up to today; deliveries are of the day TikTok accepted them'),
  }),
  answers: {
    200: {
      description: 'one a connection, five campaigns each',
      schema: z.object({ connections: z.array(Campaigns) }),
    },
  },
  async act({ query: { connection, days } }, { closeback: { ledger, store } }) {
    const { workspace } = store.current
    const asked = workspace.connections.filter(({ id }) => connection === undefined || id === connection)
    const connections: Campaigns[] = []
    for (const each of asked) {
      const to = accountDay(ledger.now(), each.timezone)
      connections.push(
        await campaignsReport(
          ledger.reader,
          { workspace, connection: each, to, days, most: MOST },
          (asked, read) => acceptedOf(ledger, asked, read),
        ),
      )
    }
    return { status: 200, body: { connections } }
  },
})
