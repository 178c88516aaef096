import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLimiter, type Kind } from '../../../adapters/hubspot/limiter.ts'

/** A clock that only moves when somebody sleeps. */
function sleepyClock() {
  let now = 0
  return {
    steady: () => now,
    sleep: async (ms: number) => {
      now += ms
    },
  }
}

const NEVER_GIVE_UP = Number.POSITIVE_INFINITY

describe('the limiter of a portal', () => {
  it('never lets more through in any ten seconds, or searches in any second, than the limit', async () => {
    const kinds = fc.array(fc.constantFrom<Kind>('search', 'other'), { minLength: 1, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 10, max: 60 }), async (asked, requestsInTenSeconds) => {
        const clock = sleepyClock()
        const limiter = createLimiter(
          { requestsInTenSeconds, requestsADay: 1_000_000 },
          clock,
          () => 3_600_000,
        )
        const taken: { at: number; kind: Kind }[] = []
        await Promise.all(
          asked.map(async (kind) => {
            await limiter.take(kind, NEVER_GIVE_UP)
            taken.push({ at: clock.steady(), kind })
          }),
        )
        const most = (rows: { at: number }[], length: number) =>
          Math.max(
            0,
            ...rows.map(({ at }) => rows.filter((row) => row.at > at - length && row.at <= at).length),
          )
        expect(most(taken, 10_000)).toBeLessThanOrEqual(requestsInTenSeconds)
        expect(
          most(
            taken.filter(({ kind }) => kind === 'search'),
            1000,
          ),
        ).toBeLessThanOrEqual(4)
      }),
      { numRuns: 50 },
    )
  })

  it('stops at the budget of the day, and goes on after midnight', async () => {
    const clock = sleepyClock()
    const limiter = createLimiter({ requestsInTenSeconds: 100, requestsADay: 3 }, clock, () => 60_000)
    for (let at = 0; at < 3; at++) expect(await limiter.take('other', 1000)).toBe(true)
    expect(await limiter.take('other', 1000)).toBe(false)
    await clock.sleep(60_000)
    expect(await limiter.take('other', 1000)).toBe(true)
  })

  it('holds back what HubSpot closed: searches alone, or everything', async () => {
    const clock = sleepyClock()
    const limiter = createLimiter({ requestsInTenSeconds: 100, requestsADay: 1000 }, clock, () => 3_600_000)
    limiter.close('search', 5000)
    expect(await limiter.take('other', 0)).toBe(true)
    expect(await limiter.take('search', 1000)).toBe(false)
    limiter.close('other', 10_000)
    expect(await limiter.take('other', 9000)).toBe(false)
    expect(await limiter.take('other', 10_000)).toBe(true)
    expect(clock.steady()).toBe(10_000)
  })
})
