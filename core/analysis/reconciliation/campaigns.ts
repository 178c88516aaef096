import type { DeliveredGroup, Tracked } from '../../model/book.ts'
import { toDecimal } from '../../model/money.ts'
import type { Reconciliation } from '../../model/reconciliation.ts'
import { type Exchange, plus, type Sum, toAmount, worth } from './sum.ts'

/** A campaign of the account and what TikTok reports of it; figures are null where nothing was pulled. */
export interface KnownCampaign {
  id: string
  name: string
  reported: bigint | null
  reportedMinor: bigint | null
  spendMinor: bigint | null
}

/** What is no campaign of the account. */
const UNASSIGNED = 'unassigned'

/** Finds the campaign that tracking names: by the id of the macro, then by the name; else it is unassigned. */
export function campaignKeys(campaigns: readonly KnownCampaign[]) {
  const byId = new Map(campaigns.map((campaign) => [campaign.id, campaign]))
  const byName = new Map(campaigns.map((campaign) => [campaign.name.trim().toLowerCase(), campaign]))
  const find = ({ id, name }: Tracked): KnownCampaign | null =>
    byId.get(id ?? '') ?? byId.get(name ?? '') ?? byName.get((name ?? '').trim().toLowerCase()) ?? null
  return { find, nameOf: (tracked: Tracked) => find(tracked)?.name ?? UNASSIGNED }
}

/** What was delivered for each campaign beside what TikTok reports of it. */
export function campaignsTable(
  {
    delivered,
    exchange,
    campaigns,
    accountCurrency,
  }: {
    delivered: readonly DeliveredGroup[]
    exchange: Exchange
    campaigns: readonly KnownCampaign[]
    accountCurrency: string
  },
  { find }: ReturnType<typeof campaignKeys>,
): Reconciliation['campaigns'] {
  const sums = new Map<KnownCampaign | null, Sum>()
  for (const group of delivered) {
    if (!group.inPeriod) continue
    const campaign = find(group.campaign)
    const sum = worth(group.value, group.count, exchange)
    sums.set(campaign, plus(sums.get(campaign) ?? { count: 0, amounts: new Map() }, sum))
  }
  const money = (minor: bigint | null) =>
    minor === null ? null : { amount: toDecimal(minor, accountCurrency), currency: accountCurrency }
  const line = (campaign: KnownCampaign | null) => ({
    id: campaign?.id ?? null,
    name: campaign?.name ?? UNASSIGNED,
    delivered: toAmount(sums.get(campaign) ?? { count: 0, amounts: new Map() }, exchange.currency),
    reported: campaign?.reported == null ? null : Number(campaign.reported),
    reportedValue: money(campaign?.reportedMinor ?? null),
    spend: money(campaign?.spendMinor ?? null),
  })
  const active = campaigns.filter(
    (campaign) => sums.has(campaign) || campaign.reported || campaign.spendMinor,
  )
  return [...active, ...(sums.has(null) ? [null] : [])]
    .map(line)
    .sort((a, b) => b.delivered.count - a.delivered.count || (b.reported ?? 0) - (a.reported ?? 0))
}
