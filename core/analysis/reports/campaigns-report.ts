import { type AcceptedGroup, acceptedByCampaign } from '../../ledger/accepted-by-campaign.ts'
import { campaignsOf } from '../../ledger/hierarchy.ts'
import { insightDays } from '../../ledger/insight-days.ts'
import { insightTotals } from '../../ledger/insights.ts'
import type { Db } from '../../ledger/ledger.ts'
import { addDays, daysFromTo } from '../../model/account-day.ts'
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

/** Reads what was accepted on account days, one after the other; may remember those that `scope` says all about. */
export type DaysReader = (
  asked: { scope: string; timezone: string; days: readonly string[] },
  read: (bounds: { from: number; to: number }) => Promise<AcceptedGroup[]>,
) => Promise<AcceptedGroup[][]>

/** Spend against delivered revenue by campaign. Deliveries are of the day TikTok accepted them, as on the overview. */
export async function campaignsReport(
  reader: Db,
  query: CampaignsQuery,
  readDays: DaysReader,
): Promise<Campaigns> {
  const { workspace, connection, to, days, most } = query
  const { timezone, currency, id: connectionId } = connection
  const from = addDays(to, 1 - days)
  const before = { from: addDays(from, -days), to: addDays(from, -1) }
  const { exchange, rateTimes } = exchangeInto(workspace.rates, connection)
  const account = { connectionId, currency, rateTimes }
  const all = daysFromTo(before.from, to)
  const [known, spent, spentBefore, pulled, accepted] = await Promise.all([
    campaignsOf(reader, connectionId),
    insightTotals(reader, { connectionId, from, to, level: 'campaign' }),
    insightTotals(reader, { connectionId, ...before, level: 'campaign' }),
    insightDays(reader, { connectionId, from, to }),
    readDays({ scope: JSON.stringify(account), timezone, days: all }, (bounds) =>
      acceptedByCampaign(reader, { ...account, ...bounds }),
    ),
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
    accepted.flatMap((groups, at) =>
      groups.map(({ campaign, count, value }) => ({
        campaign,
        before: at < days,
        sum: worth(value, count, exchange),
      })),
    ),
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
