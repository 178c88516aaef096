import { describe, expect, it } from 'vitest'
import { reportSteps, type StepFacts } from '../../../core/analysis/reconciliation/steps.ts'
import type { DeliveredGroup } from '../../../core/model/book.ts'
import type { ReportStep } from '../../../core/model/reconciliation.ts'

const USUAL: DeliveredGroup = {
  count: 1,
  value: { currency: 'USD', minor: 100n, era: 0 },
  route: 'web',
  campaign: { id: null, name: null },
  inPeriod: true,
  inAccountDays: true,
  test: false,
  pixelCopy: false,
  click: 'timed',
  clickAge: 7,
  clickDay: 'inside',
  settling: false,
}

const FACTS: StepFacts = {
  windowsOf: () => ({ shortest: 7, longest: 7 }),
  countsViews: true,
  otherSenders: null,
  repeatedClicks: null,
  otherEvents: 0,
}

function endsOf(groups: readonly Partial<DeliveredGroup>[], facts: Partial<StepFacts> = {}) {
  const exchange = { currency: 'USD', rateOf: () => null }
  const steps = reportSteps(
    groups.map((group) => ({ ...USUAL, ...group })),
    { ...FACTS, ...facts },
    exchange,
  )
  const told = steps.filter(({ low, high }) => low.count !== 0 || high.count !== 0)
  return Object.fromEntries(
    told.map(({ step, low, high }): [ReportStep, number[]] => [step, [low.count, high.count]]),
  )
}

describe('the steps from delivered to reported', () => {
  it.each<[string, Partial<DeliveredGroup>, Partial<StepFacts>, Partial<Record<ReportStep, number[]>>]>([
    ['nothing for a click inside its window', {}, {}, {}],
    ['a test event, whatever else it is', { test: true, click: 'none' }, {}, { test_events: [-1, -1] }],
    [
      'one of two copies, which the pixel may have sent',
      { pixelCopy: true },
      {},
      { pixel_copies: [-1, -1], other_senders: [0, 1] },
    ],
    [
      'copies beside what others sent',
      { pixelCopy: true },
      { otherSenders: 2 },
      { pixel_copies: [-1, -1], other_senders: [0, 3] },
    ],
    [
      'a late deal, which a view may bring back',
      { clickAge: 14 },
      {},
      { outside_click_window: [-1, -1], view_through: [0, 1] },
    ],
    [
      'a click between the windows of two ad groups',
      { clickAge: 14 },
      { windowsOf: () => ({ shortest: 7, longest: 28 }) },
      { outside_click_window: [-1, 0] },
    ],
    [
      'a click of an unknown time',
      { click: 'untimed', clickAge: null },
      {},
      { outside_click_window: [-1, 0] },
    ],
    ['no click id', { click: 'none', clickAge: null }, {}, { no_click_id: [-1, 0] }],
    ['a click before the period', { clickDay: 'before' }, {}, { click_day: [-1, -1] }],
    [
      'a deal after the period, of a click inside it',
      { inPeriod: false, inAccountDays: false },
      {},
      { click_day: [1, 1] },
    ],
    [
      'a day that is another one for the account',
      { inAccountDays: false, clickDay: 'after' },
      {},
      { time_zone: [-1, -1] },
    ],
    ['a day that is not final', { settling: true }, {}, { restatement: [-1, 0] }],
    ['a click that counts once', {}, { repeatedClicks: 1 }, { counted_once: [-1, 0] }],
    ['other events in the same figure', {}, { otherEvents: 4 }, { other_events: [0, 4] }],
  ])('count %s', (_, group, facts, expected) => {
    expect(endsOf([group], facts)).toEqual(expected)
  })
})
