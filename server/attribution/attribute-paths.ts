import type { Journeys } from '../../core/analysis/attribution/journey.ts'
import { creditsBy, type ModelOptions } from '../../core/analysis/attribution/models.ts'
import type { Model, PathsAttribution } from '../../core/model/attribution.ts'
import { ClosebackError } from '../../core/model/errors.ts'

/** What the models make of the journeys of a file. Throws `invalid` for a model that needs what a file does not say. */
export function attributePaths(
  file: string,
  journeys: Journeys,
  models: readonly Model[],
  options: ModelOptions,
): PathsAttribution {
  if (models.includes('time_decay'))
    throw new ClosebackError('invalid', 'The model time_decay needs times, and a paths file has none.', {
      remedy: 'Leave time_decay out, or attribute the ledger with --from and --to.',
    })
  const { rows, units } = journeys
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0)
  const credits = models.map((model) => [model, creditsBy(model, journeys, options)] as const)
  const [leading] = credits
  const order = units
    .map((_, unit) => unit)
    .sort((a, b) => (leading?.[1].conversions[b] ?? 0) - (leading?.[1].conversions[a] ?? 0))
  return {
    file,
    journeys: {
      conversions: sum((row) => row.conversions),
      value: sum((row) => row.value),
      nulls: sum((row) => row.nulls),
      longest: rows.reduce((longest, row) => Math.max(longest, row.path.length), 0),
    },
    models: Object.fromEntries(
      credits.map(([model, { conversions, value }]) => [
        model,
        order.map((unit) => ({
          channel: units[unit] as string,
          conversions: conversions[unit] as number,
          value: value[unit] as number,
        })),
      ]),
    ),
  }
}
