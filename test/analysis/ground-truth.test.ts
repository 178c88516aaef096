import { describe, expect, it } from 'vitest'
import type { Bucket, Reconciliation, ReportStep } from '../../core/model/reconciliation.ts'
import { truthOf } from '../../fixtures/sandbox/tiktok/truth.ts'
import type { Pair } from '../support/pair.ts'
import { usePair } from '../support/use-pair.ts'
import { FAULTS, type Fault, OUTSIDE, playFaulty } from './faulty-world.ts'

/** What the report must count of each fault: deals of a bucket, or the two ends of a step. */
const COUNTED: Record<
  Fault,
  { bucket?: [Bucket, number]; steps?: Partial<Record<ReportStep, [number, number]>> }
> = {
  lost_ttclid: { steps: { no_click_id: [-2, 0] } },
  late_firing: { steps: { outside_click_window: [-2, -2] } },
  double_counting: { steps: { other_senders: [0, 1] } },
  wrong_window: { steps: { outside_click_window: [-1, -1] } },
  // One leaves the period, the other one comes into it.
  time_zone: { steps: { time_zone: [0, 0] } },
  currency: {},
  test_events: { steps: { test_events: [-2, -2] } },
  rejected: { bucket: ['rejected', 1] },
  pixel_merges: { steps: { pixel_copies: [-1, -1], other_senders: [0, 1] } },
  pixel_only: { steps: { other_senders: [0, 1] } },
  view_through: { steps: { no_click_id: [-1, 0] } },
}

const pairs = FAULTS.flatMap((a, at) => FAULTS.slice(at + 1).map((b): Fault[] => [a, b]))
// All pairs take a minute; the normal run takes each fault alone and every eighth pair.
const worlds: [string, Fault[]][] = [
  ...FAULTS.map((fault): Fault[] => [fault]),
  ...(process.env.CLOSEBACK_LONG ? pairs : pairs.filter((_, at) => at % 8 === 0)),
].map((faults) => [faults.join(' and '), faults])

describe('a reconciliation against what TikTok really did', () => {
  const pairOf = usePair()

  it.each(worlds)('explains %s', async (_, faults) => {
    const { pair, report } = await playFaulty(pairOf, faults)
    expect(report.days.map(({ state }) => state)).toEqual(report.days.map(() => 'final'))
    for (const fault of faults) {
      const [bucket, count] = COUNTED[fault].bucket ?? []
      if (bucket)
        expect(report.buckets.find((each) => each.bucket === bucket)?.amount.count, fault).toBe(count)
    }
    for (const [step, ends] of Object.entries(sumOfSteps(faults)))
      expect(report.steps.find((each) => each.step === step)?.count, step).toEqual(ends)
    expectTruthInside(pair, report)
    expect(report.unexplained?.count).toBe(0)
    expect(report.unexplained?.value?.amount ?? '0.00').toMatch(/^-?0\.00$/)
    expect(report.alarm).toBe(false)
  })

  it('raises the alarm for what lies outside of every step', async () => {
    const { report } = await playFaulty(pairOf, [OUTSIDE])
    expect(report.unexplained?.count).toBe(-2)
    expect(report.unexplained?.value).toEqual({ amount: '-8400.00', currency: 'USD' })
    expect(report.alarm).toBe(true)
  })
})

function sumOfSteps(faults: readonly Fault[]): Record<string, { low: number; high: number }> {
  const sums: Record<string, { low: number; high: number }> = {}
  for (const fault of faults)
    for (const [step, [low, high]] of Object.entries(COUNTED[fault].steps ?? {})) {
      const sum = sums[step] ?? { low: 0, high: 0 }
      sums[step] = { low: sum.low + low, high: sum.high + high }
    }
  return sums
}

/** Every true cause, by what the simulator says became of each event, lies inside its step. */
function expectTruthInside(pair: Pair, report: Reconciliation): void {
  const truth = truthOf(pair.sandbox.state, '7000000000000000001').filter(({ event }) => event === 'Purchase')
  const inside = (step: ReportStep, is: number) => {
    const range = report.steps.find((each) => each.step === step)?.count
    expect(is, step).toBeGreaterThanOrEqual(range?.low ?? 0)
    expect(is, step).toBeLessThanOrEqual(range?.high ?? 0)
  }
  const ours = truth.filter(({ channel, merged }) => channel === 'api' && !merged)
  inside('test_events', -truth.filter(({ why }) => why === 'test').length)
  inside('no_click_id', -ours.filter(({ why }) => why === 'no_match').length)
  inside(
    'view_through',
    truth.filter(({ credited, why }) => why === 'outside_window' && credited !== null).length,
  )
  const days = new Set(report.days.map(({ day }) => day))
  const credited = truth.filter(({ interactionDay }) => interactionDay !== null && days.has(interactionDay))
  expect(report.reported?.count).toBe(credited.length)
}
