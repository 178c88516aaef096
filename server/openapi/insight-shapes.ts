import { z } from 'zod'
import { type Insight, METRICS, type Metric } from '../../core/model/insight.ts'
import { toDecimal } from '../../core/model/money.ts'
import { MoneyText } from '../../core/model/story.ts'

/** A metric's name outside: `web_purchase_minor` is `webPurchaseValue`, `spend_minor` is `spend`. */
function fieldOf(metric: Metric): string {
  const name = metric === 'spend_minor' ? 'spend' : metric.replace(/_minor$/, '_value')
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

const isMoney = (metric: Metric) => metric.endsWith('_minor')

export const DayState = z.enum(['open', 'provisional', 'final', 'incomplete'])

/** What one thing came to on one account day. */
export const InsightShape = z
  .object({
    day: z.iso.date().describe('account day'),
    state: DayState.describe('what the figures of this day are worth'),
    level: z.enum(['account', 'campaign', 'ad_group', 'ad']),
    id: z.string().describe('advertiser, campaign, ad group or ad id'),
    campaignId: z.string().nullable(),
    adGroupId: z.string().nullable(),
    ...Object.fromEntries(
      METRICS.map((metric) => [fieldOf(metric), (isMoney(metric) ? MoneyText : z.int()).nullable()]),
    ),
  })
  .meta({ id: 'Insight' })

/** A row as the API answers it; `null` is what TikTok does not tell. */
export function insightView(
  { day, level, entityId, campaignId, adGroupId, figures }: Insight,
  { state, currency }: { state: z.output<typeof DayState>; currency: string },
): object {
  const shown = METRICS.map((metric) => {
    const value = figures[metric]
    const money = value !== null && isMoney(metric)
    return [fieldOf(metric), money ? { amount: toDecimal(value, currency), currency } : value]
  })
  return {
    day,
    state,
    level,
    id: entityId,
    campaignId: campaignId || null,
    adGroupId: adGroupId || null,
    ...Object.fromEntries(shown),
  }
}
