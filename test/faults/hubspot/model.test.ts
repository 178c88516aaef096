import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Timing } from '../../../adapters/hubspot/limiter.ts'
import { story } from './story.ts'
import { startWorld } from './world.ts'

/** What waits for a limit lets the time of the world pass. */
const world = vi.hoisted(() => {
  let now = 0
  const time = { pass: (_ms: number) => {} }
  const timing = {
    steady: () => now,
    sleep: async (ms: number) => {
      now += ms
      time.pass(ms)
    },
  }
  return { time, timing }
})

vi.mock('../../../adapters/hubspot/index.ts', async (original) => {
  const real = await original<typeof import('../../../adapters/hubspot/index.ts')>()
  return { ...real, hubspot: real.createHubSpot(world.timing as Timing) }
})

const RUNS = process.env.CLOSEBACK_LONG ? 300 : 6

describe('HubSpot, whatever happens (fault 48)', () => {
  it('polling alone finds every stage change exactly once, and misses none', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const { pair, hubspot, deals, happen, settle, close } = await startWorld(world.time)
        try {
          for (const step of steps) await happen(step)
          await settle()
          const rows = await pair.closeback.ledger.db.selectFrom('stage_changes').select('key').execute()
          const known = rows.map(({ key }) => key)
          expect(new Set(known).size).toBe(known.length)
          for (const deal of deals.filter(({ state, mixed }) => state !== 'merged' && !mixed)) {
            expect(known.filter((key) => key.startsWith(`${deal.id}:`)).sort()).toEqual(
              deal.entries.toSorted(),
            )
          }
          expect(hubspot.state.limits.pressure().refused).toEqual({ burst: 0, search: 0, daily: 0 })
          await pair.check()
        } finally {
          await close()
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  })
})
