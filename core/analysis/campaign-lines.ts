import type { Tracked } from '../model/book.ts'
import type { CampaignLine } from '../model/campaigns.ts'
import { toDecimal } from '../model/money.ts'
import { NOTHING, plus, type Sum, toAmount } from './reconciliation/sum.ts'

/** What TikTok says a campaign of the account cost, in minor units; null where it said nothing. */
export interface CampaignCost {
  id: string
  name: string
  spend: bigint | null
  spendBefore: bigint | null
}

/** What was delivered for what the deals call their campaign. */
export interface CampaignSum {
  campaign: Tracked
  before: boolean
  sum: Sum
}

interface Counted {
  campaign: CampaignCost | null
  now: Sum
  before: Sum
}

/**
 * The campaigns that cost or brought most, whichever is more, and at the end what no campaign of the account is named for.
 * `find` knows the campaign that a tracking URL means.
 */
export function campaignLines(
  campaigns: readonly CampaignCost[],
  delivered: readonly CampaignSum[],
  { currency, most, find }: { currency: string; most: number; find: (tracked: Tracked) => string | null },
): { lines: CampaignLine[]; others: number } {
  const counted = new Map<string | null, Counted>(
    campaigns.map((campaign) => [campaign.id, { campaign, now: NOTHING, before: NOTHING }]),
  )
  const nobodys: Counted = { campaign: null, now: NOTHING, before: NOTHING }
  for (const { campaign, before, sum } of delivered) {
    const line = counted.get(find(campaign)) ?? nobodys
    const side = before ? 'before' : 'now'
    line[side] = plus(line[side], sum)
  }
  const shown = [...counted.values()]
    .filter(({ campaign, now }) => campaign?.spend || now.count > 0)
    .sort((a, b) => compare(weight(b, currency), weight(a, currency)) || nameOrder(a, b))
  return {
    lines: [...shown.slice(0, most), ...(nobodys.now.count > 0 ? [nobodys] : [])].map((line) =>
      toLine(line, currency),
    ),
    others: Math.max(0, shown.length - most),
  }
}

function weight({ campaign, now }: Counted, currency: string): bigint {
  const [cost, revenue] = [campaign?.spend ?? 0n, now.amounts.get(currency) ?? 0n]
  return cost > revenue ? cost : revenue
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function nameOrder(a: Counted, b: Counted): number {
  const [left, right] = [a.campaign?.name ?? '', b.campaign?.name ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}

function toLine({ campaign, now, before }: Counted, currency: string): CampaignLine {
  const money = (minor: bigint | null | undefined) =>
    minor == null ? null : { amount: toDecimal(minor, currency), currency }
  const spend = campaign?.spend
  return {
    id: campaign?.id ?? null,
    name: campaign?.name ?? 'no campaign of this account',
    spend: money(spend),
    spendBefore: money(campaign?.spendBefore),
    delivered: toAmount(now, currency),
    deliveredBefore: toAmount(before, currency),
    // Shown to a hundredth; the money itself never passes through a float.
    roas: spend ? Number(((now.amounts.get(currency) ?? 0n) * 10_000n) / spend) / 10_000 : null,
  }
}
