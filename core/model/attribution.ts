import { z } from 'zod'
import { MoneyText } from './story.ts'

/** The models of attribution, by the names that commands, API and reports use. docs/attribution.md defines them. */
export const MODELS = [
  'first',
  'last',
  'last_non_direct',
  'linear',
  'position',
  'time_decay',
  'shapley',
  'markov',
] as const
export type Model = (typeof MODELS)[number]

const Share = z.strictObject({
  channel: z.string(),
  conversions: z.number().describe('conversions this channel is credited with; fractions are shares'),
  value: z.number().describe('in the unit of the file'),
})

/** What the models make of a file of journeys. */
export const PathsAttribution = z.strictObject({
  file: z.string(),
  journeys: z
    .strictObject({
      conversions: z.number(),
      value: z.number(),
      nulls: z.number(),
      longest: z.number().int(),
    })
    .describe('what the file holds; nulls are journeys that did not convert'),
  models: z
    .partialRecord(z.enum(MODELS), z.array(Share))
    .describe('the largest share of the first model first'),
})
export type PathsAttribution = z.infer<typeof PathsAttribution>

const Level = z.strictObject({
  level: z.enum(['channel', 'campaign', 'ad_group', 'ad']),
  rows: z
    .array(
      z.strictObject({
        names: z
          .array(z.string())
          .describe('channel, then campaign, ad group and ad as far as the level goes'),
        spend: MoneyText.nullable().describe('null: not known'),
        credited: z.array(
          z.strictObject({
            model: z.enum(MODELS),
            conversions: z.number(),
            value: MoneyText,
            cpa: MoneyText.nullable().describe('spend by conversion'),
            roas: z.number().nullable().describe('value by spend'),
          }),
        ),
      }),
    )
    .describe('the largest share of the first model first'),
})

/** Which channels, campaigns, ad groups and ads earned the deals that were won in a period. */
export const LedgerAttribution = z.strictObject({
  connectionId: z.string(),
  from: z.iso.date(),
  to: z.iso.date(),
  timezone: z.string(),
  currency: z.string(),
  lookbackDays: z.number(),
  journeys: z.strictObject({
    conversions: z.number().int(),
    value: MoneyText,
    touches: z.number().int(),
    unknown: z.number().int().describe('deals that nobody saw come'),
  }),
  models: z
    .partialRecord(
      z.enum(MODELS),
      z.array(z.strictObject({ channel: z.string(), conversions: z.number(), value: MoneyText })),
    )
    .describe('the channels, as for a file of journeys'),
  levels: z.array(Level),
  notes: z.array(z.string()),
})
export type LedgerAttribution = z.infer<typeof LedgerAttribution>
