import type { Tracked } from '../../model/book.ts'
import { CLICK_AGES } from '../../model/reconciliation.ts'
import { campaignKeys, type KnownCampaign } from './campaigns.ts'
import type { Windows } from './steps.ts'

/** Windows of one ad group in days, 0 for off; null where TikTok does not say. */
interface AdGroup {
  campaign_id: string
  click_days: number | null
  view_days: number | null
  event_count: string | null
}

/** The windows that TikTok counts by, and those the connection is configured with where TikTok does not say. */
export function accountWindows(
  adGroups: readonly AdGroup[],
  connection: { clickDays: number; viewDays: number },
) {
  const read = adGroups.map((group) => ({
    campaignId: group.campaign_id,
    clickDays: group.click_days ?? connection.clickDays,
    viewDays: group.view_days ?? connection.viewDays,
    once: group.event_count === 'ONCE',
  }))
  const all = read.length > 0 ? read : [{ campaignId: '', ...connection, once: false }]
  const kinds = [...Map.groupBy(read, ({ clickDays, viewDays }) => `${clickDays} ${viewDays}`).values()]
  return {
    longest: Math.max(...all.map(({ clickDays }) => clickDays)),
    countsViews: all.some(({ viewDays }) => viewDays > 0),
    countsOnce: all.some(({ once }) => once),
    kinds: kinds.flatMap((same) =>
      same[0] ? [{ clickDays: same[0].clickDays, viewDays: same[0].viewDays, adGroups: same.length }] : [],
    ),
    /** The windows of the ad groups that a click may have come from: those of its campaign, else all. */
    finder(campaigns: readonly KnownCampaign[]) {
      const { find } = campaignKeys(campaigns)
      const byCampaign = Map.groupBy(all, ({ campaignId }) => campaignId)
      return (tracked: Tracked): Windows => {
        const days = (byCampaign.get(find(tracked)?.id ?? '') ?? all).map(({ clickDays }) => clickDays)
        return { shortest: shorter(Math.min(...days)), longest: longer(Math.max(...days)) }
      }
    },
  }
}

/** Ages are known by classes: a window between two of them surely holds the lower one, and perhaps the higher. */
function shorter(days: number): number {
  return CLICK_AGES.findLast((age) => age <= days) ?? 0
}

function longer(days: number): number {
  return days === 0 ? 0 : (CLICK_AGES.find((age) => age >= days) ?? Math.max(...CLICK_AGES))
}
