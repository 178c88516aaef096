import { z } from 'zod'
import { type FigureSums, METRICS, type Metric } from './insight.ts'
import { formatAmount } from './money.ts'
import { MoneyText } from './story.ts'

type MoneyColumn = Extract<Metric, `${string}_minor`>
export type CountMetric = Exclude<Metric, MoneyColumn>
export type MoneyMetric = MoneyColumn extends `${infer Name}_minor` ? Name : never

const isMoney = (metric: Metric): metric is MoneyColumn => metric.endsWith('_minor')

/** The figures of TikTok's report as they are shown: counts, and money without the ending of its column. */
const COUNT_METRICS = METRICS.filter((metric): metric is CountMetric => !isMoney(metric))
const MONEY_METRICS = METRICS.filter(isMoney).map((metric) => metric.replace('_minor', '') as MoneyMetric)

const FiguresText = z.strictObject({
  counts: z.record(z.enum(COUNT_METRICS), z.number().int().nullable()),
  money: z.record(z.enum(MONEY_METRICS), MoneyText.nullable()),
})
export type FiguresText = z.infer<typeof FiguresText>

/** Figures as they leave the ledger: null where TikTok had none. */
export function figuresText(figures: FigureSums, currency: string): FiguresText {
  const money = (minor: bigint | null) =>
    minor === null ? null : { amount: formatAmount({ minor: Number(minor), currency }), currency }
  return {
    counts: Object.fromEntries(
      COUNT_METRICS.map((metric) => [metric, figures[metric] === null ? null : Number(figures[metric])]),
    ) as FiguresText['counts'],
    money: Object.fromEntries(
      MONEY_METRICS.map((metric) => [metric, money(figures[`${metric}_minor`])]),
    ) as FiguresText['money'],
  }
}

const Thing = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.string().describe("TikTok's own word"),
  deleted: z.boolean(),
  figures: FiguresText,
})

/** What TikTok reported of an account, a campaign or an ad group, and of what is inside of it. */
export const InsightsReport = z.strictObject({
  connectionId: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  timezone: z.string(),
  currency: z.string(),
  path: z
    .array(z.strictObject({ level: z.enum(['campaign', 'ad_group']), id: z.string(), name: z.string() }))
    .describe('what was opened, from the campaign down; empty for the account'),
  total: FiguresText,
  days: z.array(
    z.strictObject({
      day: z.iso.date(),
      state: z.enum(['open', 'provisional', 'final', 'incomplete']),
      pulledAt: z.iso.datetime().nullable().describe('when all of its figures were pulled last'),
      problem: z.string().nullable().describe('why the last pull of it failed'),
      figures: FiguresText.nullable().describe('null: nothing was reported'),
      restated: z.number().int().describe('how often TikTok changed it after it had ended'),
      versions: z
        .array(z.strictObject({ pulledAt: z.iso.datetime(), figures: FiguresText }))
        .describe('what TikTok said of it, in order; ad groups do not keep that'),
    }),
  ),
  level: z.enum(['campaign', 'ad_group', 'ad']).describe('what the rows are'),
  rows: z.array(Thing).describe('the largest spend first'),
})
export type InsightsReport = z.infer<typeof InsightsReport>
