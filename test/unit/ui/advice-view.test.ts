import { expect, it } from 'vitest'
import { Advice } from '../../../core/model/advice.ts'
import { adviceView } from '../../../server/ui/pages/advisor/advice-view.ts'
import { textOf } from '../../../server/ui/pages/reports/table.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const inside = (...shares: number[]) => [1, 7, 14, 28].map((days, at) => ({ days, share: shares[at] ?? 0 }))

const ADVICE = Advice.parse({
  connectionId: 'us-brand',
  currency: 'USD',
  asOf: '2026-11-27T00:00:00Z',
  clickDays: 7,
  wantedPer14Days: 50,
  stages: [
    {
      milestone: 'qualified',
      entered: 400,
      clicked: 300,
      lagDays: { p10: 1, p50: 3, p90: 9 },
      insideWindow: inside(0.1, 0.8, 0.95, 1),
      signalsPer14Days: 72,
      wonShare: 0.25,
      expected: {
        value: usd('500.00'),
        low: usd('410.00'),
        high: usd('590.00'),
        deals: 320,
        maturityDays: 60,
      },
    },
    {
      milestone: 'won',
      entered: 100,
      clicked: 0,
      lagDays: null,
      insideWindow: inside(0, 0, 0, 0),
      signalsPer14Days: 3,
      wonShare: null,
      expected: null,
    },
  ],
  recommended: {
    milestone: 'qualified',
    value: usd('500.00'),
    enough: true,
    why: 'with 72.0 signals in two weeks',
  },
  backTest: {
    folds: [
      {
        at: '2026-09-01',
        milestone: 'qualified',
        deals: 40,
        predicted: usd('20000.00'),
        actual: usd('19000.00'),
      },
    ],
    error: 0.0526,
  },
  notes: [],
})

it('advises in a sentence, and asks for the rule that follows', () => {
  const view = adviceView(ADVICE)
  expect(view.sentences[0]).toBe(
    'us-brand: let TikTok optimise on "qualified", with 72.0 signals in two weeks.',
  )
  expect(view.rule).toEqual({ stage: 'qualified', value: 'expected', connection: 'us-brand' })
  expect(adviceView({ ...ADVICE, recommended: null })).toMatchObject({ rule: null, enough: false })
})

it('draws a curve for each stage that has clicks, from nothing at the click', () => {
  const { curves, lagFinding } = adviceView(ADVICE)
  expect(curves).toHaveLength(1)
  expect(curves[0]).toMatchObject({ milestone: 'qualified', recommended: true })
  expect(curves[0]?.points.map(({ days, share }) => [days, share])).toEqual([
    [0, 0],
    [1, 0.1],
    [7, 0.8],
    [14, 0.95],
    [28, 1],
  ])
  expect(lagFinding).toBe('80 % of the deals are in "qualified" within 7 days of their click')
})

it('holds the signals of each stage against what TikTok wants', () => {
  const { signals, wanted, signalFinding } = adviceView(ADVICE)
  expect(signals.map(({ enough }) => enough)).toEqual([true, false])
  expect(wanted.count).toBe(50)
  expect(wanted.at).toBeLessThan(signals[0]?.size ?? 0)
  expect(signalFinding).toBe('qualified has more than 50 signals in two weeks')
})

it('tells how well the advice would have done, and leaves open what nobody knows', () => {
  const { backTest, backTestFinding, stages } = adviceView(ADVICE)
  expect(backTestFinding).toBe('In the past it would have been 5.3 % above what came')
  expect(backTest.rows).toHaveLength(1)
  expect(stages.rows[1]?.cells.map(textOf)).toEqual([
    'won',
    '100',
    '0',
    '–',
    '–',
    '–',
    '–',
    '–',
    '3.0',
    '–',
    '–',
  ])
})
