import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Journeys, journeyCollector } from '../../../core/analysis/attribution/journey.ts'
import { creditsBy, DEFAULT_MODEL_OPTIONS } from '../../../core/analysis/attribution/models.ts'
import { MODELS, type Model } from '../../../core/model/attribution.ts'
import { someJourneys } from './arbitraries.ts'
import { markovByElimination } from './markov-by-elimination.ts'

const RUNS = { numRuns: process.env.CLOSEBACK_LONG ? 5000 : 200 }
const ORDERS = [1, 2, 3] as const

/** `tiktok > search` converts so often; a journey a line. */
function journeysOf(
  ...rows: [path: string, conversions: number, nulls?: number, value?: number][]
): Journeys {
  const collector = journeyCollector()
  for (const [path, conversions, nulls = 0, value = conversions] of rows)
    collector.add(path.split(' > '), { conversions, nulls, value })
  return collector.journeys()
}

function told(model: Model, journeys: Journeys, how = {}): Record<string, number> {
  const { conversions } = creditsBy(model, journeys, { ...DEFAULT_MODEL_OPTIONS, ...how })
  return Object.fromEntries(journeys.units.map((unit, at) => [unit, conversions[at] as number]))
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, each) => total + each, 0)

describe.each(MODELS)('%s', (model) => {
  it('gives out every conversion and all the value, and nothing more', () => {
    fc.assert(
      fc.property(someJourneys, fc.constantFrom(...ORDERS), (journeys, markovOrder) => {
        const credits = creditsBy(model, journeys, { ...DEFAULT_MODEL_OPTIONS, markovOrder })
        expect(sum(credits.conversions)).toBeCloseTo(sum(journeys.rows.map((row) => row.conversions)), 9)
        expect(sum(credits.value)).toBeCloseTo(sum(journeys.rows.map((row) => row.value)), 9)
        for (const credit of credits.conversions) expect(credit).toBeGreaterThanOrEqual(-1e-12)
      }),
      RUNS,
    )
  })

  it('gives journeys of one touch to that touch, as every other model does', () => {
    const counts = fc.array(fc.nat(20), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(counts, (conversions) => {
        fc.pre(sum(conversions) > 0)
        const names = conversions.map((_, at) => `channel-${at}`)
        const journeys = journeysOf(
          ...names.map((name, at) => [name, conversions[at] ?? 0] as [string, number]),
        )
        const credits = told(model, journeys)
        for (const [at, name] of names.entries()) expect(credits[name]).toBeCloseTo(conversions[at] ?? 0, 9)
      }),
      RUNS,
    )
  })

  it('counts a row of several as so many rows of one', () => {
    fc.assert(
      fc.property(someJourneys, (journeys) => {
        const rows = journeys.rows.flatMap((row) => [
          ...Array.from({ length: row.conversions }, () => ({
            ...row,
            conversions: 1,
            nulls: 0,
            value: row.value / row.conversions,
          })),
          ...Array.from({ length: row.nulls }, () => ({ ...row, conversions: 0, nulls: 1, value: 0 })),
        ])
        const together = creditsBy(model, journeys, DEFAULT_MODEL_OPTIONS)
        const alone = creditsBy(model, { ...journeys, rows }, DEFAULT_MODEL_OPTIONS)
        for (const at of journeys.units.keys())
          expect(alone.conversions[at]).toBeCloseTo(together.conversions[at] as number, 8)
      }),
      RUNS,
    )
  })
})

describe('the models that look at positions', () => {
  const journey = journeysOf(['tiktok > search > email > direct', 100])

  it.each<[Model, Record<string, number>]>([
    ['first', { tiktok: 100, search: 0, email: 0, direct: 0 }],
    ['last', { tiktok: 0, search: 0, email: 0, direct: 100 }],
    ['last_non_direct', { tiktok: 0, search: 0, email: 100, direct: 0 }],
    ['linear', { tiktok: 25, search: 25, email: 25, direct: 25 }],
    ['position', { tiktok: 40, search: 10, email: 10, direct: 40 }],
  ])('%s', (model, expected) => {
    for (const [channel, credit] of Object.entries(expected))
      expect(told(model, journey)[channel]).toBeCloseTo(credit, 12)
  })

  it('position halves two touches, and takes other shares', () => {
    expect(told('position', journeysOf(['tiktok > search', 10]))).toEqual({ tiktok: 5, search: 5 })
    const { tiktok, search, email } = told('position', journeysOf(['tiktok > search > email', 10]), {
      position: { first: 0.3, last: 0.5 },
    })
    expect([tiktok, search, email].map((each) => each?.toFixed(9))).toEqual([
      '3.000000000',
      '2.000000000',
      '5.000000000',
    ])
  })

  it('last_non_direct keeps a journey that was all direct with direct', () => {
    expect(told('last_non_direct', journeysOf(['direct > direct', 3]))).toEqual({ direct: 3 })
  })

  it('linear and position add up the shares of a channel that was touched again', () => {
    expect(told('linear', journeysOf(['tiktok > search > tiktok', 3]))).toEqual({ tiktok: 2, search: 1 })
    expect(told('position', journeysOf(['tiktok > search > tiktok', 10])).tiktok).toBeCloseTo(8, 12)
  })

  it('time_decay halves the weight with every half-life, however old the journey is', () => {
    const DAY = 86_400_000
    for (const start of [0, 400 * DAY, 90_000 * DAY]) {
      const collector = journeyCollector()
      const ages = [14 * DAY, 7 * DAY, 0].map((age) => age + start)
      collector.add(['tiktok', 'search', 'email'], { conversions: 7, nulls: 0, value: 7, ages })
      const { tiktok, search, email } = told('time_decay', collector.journeys(), { halfLifeDays: 7 })
      expect(tiktok).toBeCloseTo(1, 9)
      expect(search).toBeCloseTo(2, 9)
      expect(email).toBeCloseTo(4, 9)
    }
  })
})

describe('shapley', () => {
  it('is the mean, over all orders of joining, of what a channel adds', () => {
    fc.assert(
      fc.property(someJourneys, (journeys) => {
        const expected = byPermutations(journeys)
        const { conversions } = creditsBy('shapley', journeys, DEFAULT_MODEL_OPTIONS)
        for (const at of journeys.units.keys()) expect(conversions[at]).toBeCloseTo(expected[at] as number, 9)
      }),
      RUNS,
    )
  })
})

/** The definition itself: v(S) is what converted without touching anything outside of S. */
function byPermutations({ units, rows }: Journeys): number[] {
  const worth = (coalition: ReadonlySet<number>) =>
    sum(rows.filter(({ path }) => path.every((unit) => coalition.has(unit))).map((row) => row.conversions))
  const orders = permutations([...units.keys()])
  const credits = units.map(() => 0)
  for (const order of orders) {
    const joined = new Set<number>()
    for (const player of order) {
      const before = worth(joined)
      joined.add(player)
      credits[player] = (credits[player] ?? 0) + (worth(joined) - before) / orders.length
    }
  }
  return credits
}

function permutations(items: number[]): number[][] {
  if (items.length <= 1) return [items]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

describe('markov', () => {
  it('removes as the definition says: worked by hand', () => {
    const credits = told('markov', journeysOf(['tiktok > search', 1], ['search', 1, 1]))
    // One of three starts with tiktok, which leads to search; search converts 2 of 3. So f is 2/3, and 4/9 without tiktok;
    // without search nothing converts. The effects are 1/3 and 1.
    expect(credits.tiktok).toBeCloseTo((1 / 3 / (4 / 3)) * 2, 12)
    expect(credits.search).toBeCloseTo((1 / (4 / 3)) * 2, 12)
  })

  it.each(ORDERS)('of order %i is the solution of its linear system', (order) => {
    fc.assert(
      fc.property(someJourneys, (journeys) => {
        const expected = markovByElimination(journeys, order)
        const credits = creditsBy('markov', journeys, { ...DEFAULT_MODEL_OPTIONS, markovOrder: order })
        for (const at of journeys.units.keys()) {
          expect(credits.conversions[at]).toBeCloseTo(expected.conversions[at] as number, 9)
          expect(credits.value[at]).toBeCloseTo(expected.value[at] as number, 8)
        }
      }),
      RUNS,
    )
  })

  it('does not care about consecutive repeats at order 1', () => {
    fc.assert(
      fc.property(someJourneys, (journeys) => {
        const rows = journeys.rows.map((row) => ({
          ...row,
          path: row.path.filter((unit, at) => unit !== row.path[at - 1]),
        }))
        const kept = creditsBy('markov', journeys, DEFAULT_MODEL_OPTIONS)
        const collapsed = creditsBy('markov', { ...journeys, rows }, DEFAULT_MODEL_OPTIONS)
        for (const at of journeys.units.keys())
          expect(collapsed.conversions[at]).toBeCloseTo(kept.conversions[at] as number, 9)
      }),
      RUNS,
    )
  })

  it('ends on journeys that go round in circles for long', () => {
    const round = Array.from({ length: 2000 }, (_, at) => (at % 2 === 0 ? 'tiktok' : 'search')).join(' > ')
    const credits = told('markov', journeysOf([round, 1, 1]))
    expect(credits.tiktok).toBeCloseTo(0.5, 9)
    expect(credits.search).toBeCloseTo(0.5, 9)
  })
})
