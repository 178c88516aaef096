import { z } from 'zod'

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
