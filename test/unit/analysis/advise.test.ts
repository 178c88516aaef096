import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advise } from '../../../core/analysis/advisor/advise.ts'
import { type Entries, expectedOf, percentile } from '../../../core/analysis/advisor/stages.ts'

const NOW = Date.UTC(2026, 10, 27)

function entries(milestone: string, given: Partial<Entries>): Entries {
  return { milestone, clickLag: 1, age: 100, wonLag: null, count: 1, minor: 0, squares: 0, ...given }
}

/** So many deals, of which every `nth` was won for 100.00 after ten days. */
function cohort(milestone: string, count: number, nth: number, given: Partial<Entries> = {}): Entries[] {
  const won = Math.floor(count / nth)
  const worth = { minor: won * 10_000, squares: won * 10_000 ** 2 }
  return [
    entries(milestone, { count: won, wonLag: 10, ...worth, ...given }),
    entries(milestone, { count: count - won, ...given }),
  ]
}

const adviceOf = (given: readonly Entries[], clickDays = 7) =>
  advise({ connectionId: 'us-brand', currency: 'USD', clickDays, entries: given, now: NOW, notes: [] })

describe('what a deal in a stage comes to', () => {
  it('is the won share times what won deals are worth, with its spread', () => {
    expect(expectedOf(cohort('qualified', 400, 4))).toMatchObject({
      mean: 2500,
      wonShare: 0.25,
      deals: 400,
      maturityDays: 10,
    })
    // 10,000 in a quarter of the cases: a standard deviation of 4330.13, over 400 deals.
    expect(expectedOf(cohort('qualified', 400, 4))?.error).toBeCloseTo(4330.127 / 20, 3)
  })

  it('does not take young deals for lost ones', () => {
    const young = entries('qualified', { age: 3, count: 5000 })
    expect(expectedOf([...cohort('qualified', 400, 4), young])).toMatchObject({ mean: 2500, deals: 400 })
  })

  it('is not told from a handful', () => {
    expect(expectedOf(cohort('qualified', 29, 2))).toBeNull()
  })
})

describe('percentile', () => {
  it('is one of the values, and as many deals as were asked for do not exceed it', () => {
    const some = fc.array(fc.record({ clickLag: fc.nat(90), count: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
    })
    fc.assert(
      fc.property(some, fc.double({ min: 0.01, max: 1, noNaN: true }), (given, share) => {
        const read = given.map((each) => entries('s', each))
        const value = percentile(read, ({ clickLag }) => clickLag ?? 0, share)
        const all = read.flatMap(({ clickLag, count }) => Array.from({ length: count }, () => clickLag ?? 0))
        expect(all).toContain(value)
        expect(all.filter((each) => each <= value).length).toBeGreaterThanOrEqual(share * all.length - 1e-9)
        expect(all.filter((each) => each < value).length).toBeLessThan(share * all.length + 1e-9)
      }),
    )
  })
})

describe('the advice', () => {
  const recent = { age: 5 }
  const often = (milestone: string, clickLag: number, count: number) =>
    entries(milestone, { ...recent, clickLag, count })

  it('is the deepest stage that TikTok hears of often enough inside the window', () => {
    const given = [
      often('lead', 0, 1000),
      often('qualified', 5, 400),
      ...cohort('qualified', 400, 4, { clickLag: 5 }),
      often('won', 30, 300),
    ]
    const advice = adviceOf(given)
    expect(advice.stages.map(({ milestone }) => milestone)).toEqual(['lead', 'qualified', 'won'])
    expect(advice.recommended).toMatchObject({
      milestone: 'qualified',
      enough: true,
      value: { amount: '25.00', currency: 'USD' },
    })
    // With a window of 28 days it is the same; with one that holds the wins, they are.
    expect(adviceOf(given, 30).recommended).toMatchObject({ milestone: 'won', value: null })
  })

  it('names the stage with the most signals, and says so, when none has enough', () => {
    const advice = adviceOf([often('lead', 0, 100), often('won', 3, 20)])
    expect(advice.recommended).toMatchObject({ milestone: 'lead', enough: false })
  })

  it('says nothing without a click', () => {
    expect(adviceOf([entries('lead', { clickLag: null, count: 1000 })]).recommended).toBeNull()
  })

  it('tests itself on its own past with nothing that was known only later', () => {
    const weeks = Array.from({ length: 40 }, (_, week) =>
      cohort('lead', 400, 4, { age: week * 7 + 3 }),
    ).flat()
    const { folds, error } = adviceOf(weeks).backTest
    expect(folds.length).toBeGreaterThan(3)
    expect(Math.abs(error ?? 1)).toBeLessThan(0.1)
    // Deals that became worthless lately were worth something then.
    const ruined = weeks.map((each) =>
      each.age < 150 ? { ...each, wonLag: null, minor: 0, squares: 0 } : each,
    )
    expect(adviceOf(ruined).backTest.error === null || (adviceOf(ruined).backTest.error ?? 0) > 0.3).toBe(
      true,
    )
  })
})
