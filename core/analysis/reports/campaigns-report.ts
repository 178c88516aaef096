import { acceptedByCampaign } from '../../ledger/accepted-by-campaign.ts'
import { campaignsOf } from '../../ledger/hierarchy.ts'
import { insightDays } from '../../ledger/insight-days.ts'
import { insightTotals } from '../../ledger/insights.ts'
import type { Db } from '../../ledger/ledger.ts'
import { addDays, dayEnd, dayStart } from '../../model/account-day.ts'
import type { Campaigns } from '../../model/campaigns.ts'
import type { Connection, Workspace } from '../../model/workspace.ts'
import { campaignLines } from '../campaign-lines.ts'
import { campaignKeys } from '../reconciliation/campaigns.ts'
import { exchangeInto } from '../reconciliation/exchange.ts'
import { worth } from '../reconciliation/sum.ts'

export interface CampaignsQuery {
  workspace: Workspace
  connection: Connection
  /** The last account day, and how many there are; as many before it are the period before. */
  to: string
  days: number
  /** Campaigns shown. */
  most: number
}

/** Spend against delivered revenue by campaign. Deliveries are of the day TikTok accepted them, as on the overview. */
export async function campaignsReport(reader: Db, query: CampaignsQuery): Promise<Campaigns> {
  const { workspace, connection, to, days, most } = query
  const { timezone, currency, id: connectionId } = connection
  const from = addDays(to, 1 - days)
  const before = { from: addDays(from, -days), to: addDays(from, -1) }
  const { exchange, rateTimes } = exchangeInto(workspace.rates, connection)
  const [known, spent, spentBefore, pulled, groups] = await Promise.all([
    campaignsOf(reader, connectionId),
    insightTotals(reader, { connectionId, from, to, level: 'campaign' }),
    insightTotals(reader, { connectionId, ...before, level: 'campaign' }),
    insightDays(reader, { connectionId, from, to }),
    acceptedByCampaign(reader, {
      connectionId,
      currency,
      rateTimes,
      since: dayStart(before.from, timezone),
      from: dayStart(from, timezone),
      until: dayEnd(to, timezone),
    }),
  ])
  const spendOf = (totals: typeof spent) =>
    new Map(totals.map(({ entityId, figures }) => [entityId, figures.spend_minor]))
  const [now, then] = [spendOf(spent), spendOf(spentBefore)]
  const campaigns = known.map(({ campaign_id: id, name }) => ({
    id,
    name: name || id,
    spend: now.get(id) ?? null,
    spendBefore: then.get(id) ?? null,
  }))
  const { find } = campaignKeys(
    campaigns.map(({ id, name }) => ({ id, name, reported: null, reportedMinor: null, spendMinor: null })),
  )
  const { lines, others } = campaignLines(
    campaigns,
    groups.map(({ campaign, count, value, before: isBefore }) => ({
      campaign,
      before: isBefore,
      sum: worth(value, count, exchange),
    })),
    { currency, most, find: (tracked) => find(tracked)?.id ?? null },
  )
  const complete = pulled.filter(({ completeAt }) => completeAt !== null)
  return {
    connectionId,
    currency,
    from,
    to,
    before,
    lines,
    others,
    spendUntil: complete.at(-1)?.day ?? null,
  }
}
