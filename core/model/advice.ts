import { z } from 'zod'
import { MoneyText } from './story.ts'

/** Windows that a share is told for, in days: what TikTok sells, and the most it ever counts. */
export const ADVICE_WINDOWS = [1, 7, 14, 28] as const

const Count = z.number().int().min(0)
const Share = z.number().min(0).max(1)

/** What is expected of a deal that enters a stage, and how sure that is. */
const Expected = z.strictObject({
  value: MoneyText.describe('won share times what won deals are worth, over deals that had time to end'),
  low: MoneyText.describe('with 90 % certainty not less'),
  high: MoneyText,
  deals: Count.describe('deals it is learned from'),
  maturityDays: Count.describe('how long a deal is given to end'),
})

const Stage = z.strictObject({
  milestone: z.string(),
  entered: Count.describe('deals that entered it'),
  clicked: Count.describe('of them with a click whose time is known'),
  lagDays: z
    .strictObject({ p10: Count, p50: Count, p90: Count })
    .nullable()
    .describe('days from the click to the stage'),
  insideWindow: z
    .array(z.strictObject({ days: z.number().int(), share: Share }))
    .describe('of those clicked'),
  signalsPer14Days: z.number().describe('entered inside the click window, over the last eight weeks'),
  wonShare: Share.nullable().describe('of deals that had time to end'),
  expected: Expected.nullable().describe('null: too few deals had time to end'),
})
export type StageAdvice = z.infer<typeof Stage>

/** Which stage to let TikTok optimise on, and what it is worth. */
export const Advice = z.strictObject({
  connectionId: z.string(),
  currency: z.string(),
  asOf: z.iso.datetime(),
  clickDays: z.number().int().describe('the click window that signals are counted in'),
  wantedPer14Days: z.number().int(),
  stages: z.array(Stage).describe('from the click to the end'),
  recommended: z
    .strictObject({
      milestone: z.string(),
      value: MoneyText.nullable().describe('null: the amount of the deal itself'),
      enough: z.boolean().describe('false: no stage has enough signals, this one has the most'),
      why: z.string(),
    })
    .nullable(),
  backTest: z
    .strictObject({
      folds: z.array(
        z.strictObject({
          at: z.iso.date(),
          milestone: z.string(),
          deals: Count,
          predicted: MoneyText.describe('expected then, of the deals of the four weeks that followed'),
          actual: MoneyText.describe('what they came to'),
        }),
      ),
      error: z.number().nullable().describe('(predicted - actual) / actual, over all of them'),
    })
    .describe('what the advice would have said in the past, and what came'),
  notes: z.array(z.string()),
})
export type Advice = z.infer<typeof Advice>
