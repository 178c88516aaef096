import fc from 'fast-check'
import { type Journeys, journeyCollector } from '../../../core/analysis/attribution/journey.ts'

const CHANNELS = ['direct', 'tiktok', 'search', 'email', 'social'] as const

/** Journeys of a few channels, with repeats, that convert or do not, with times. */
export const someJourneys: fc.Arbitrary<Journeys> = fc
  .array(
    fc.record({
      path: fc.array(fc.constantFrom(...CHANNELS), { minLength: 1, maxLength: 6 }),
      conversions: fc.nat(4),
      nulls: fc.nat(3),
      worth: fc.nat(500),
      gaps: fc.array(fc.nat(9 * 86_400_000), { minLength: 6, maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) => {
    const collector = journeyCollector()
    for (const { path, conversions, nulls, worth, gaps } of rows) {
      const ages = path.map((_, at) => gaps.slice(at).reduce((sum, gap) => sum + gap, 0))
      collector.add(path, { conversions, nulls, value: conversions === 0 ? 0 : worth, ages })
    }
    return collector.journeys()
  })
