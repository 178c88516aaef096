import { z } from 'zod'
import { MoneyText } from './story.ts'

/** One touch of a deal, and where it came from as far as is known. */
const Touch = z.strictObject({
  at: z.iso.datetime(),
  kind: z.string().describe('click, or visit'),
  place: z
    .array(z.string())
    .describe('channel, then campaign, ad group and ad as far as the tracking URL tells'),
})

/** Won deals with everything that is known to have led to them. */
export const DealJourneys = z.strictObject({
  connectionId: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  timezone: z.string(),
  deals: z
    .array(
      z.strictObject({
        sourceId: z.string(),
        record: z.strictObject({ type: z.string(), id: z.string() }),
        wonAt: z.iso.datetime(),
        amount: MoneyText.nullable(),
        touches: z.array(Touch).describe('oldest first; none: nobody saw it come'),
      }),
    )
    .describe('by when they were first won, the last first'),
  before: z.string().nullable().describe('for the next page; null when this is the last'),
})
export type DealJourneys = z.infer<typeof DealJourneys>
