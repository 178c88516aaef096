import fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { Timing } from '../../../adapters/hubspot/limiter.ts'
import { type Step, story } from './story.ts'
import { startWorld, type World } from './world.ts'

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

/** In the long form as many stories as three minutes hold: a story takes a second on one machine and ten on another. */
const HOW = process.env.CLOSEBACK_LONG
  ? { numRuns: 10_000, interruptAfterTimeLimit: 180_000, endOnFailure: true, verbose: 1 }
  : { numRuns: 3, endOnFailure: true }
const TIMEOUT = process.env.CLOSEBACK_LONG ? 600_000 : 120_000

/** Every stage that a deal entered is in the ledger once, and nothing else is. */
async function expectTruth({ pair, hubspot, deals }: World): Promise<void> {
  const rows = await pair.closeback.ledger.db.selectFrom('stage_changes').select('key').execute()
  const known = rows.map(({ key }) => key)
  expect(new Set(known).size).toBe(known.length)
  // What a merge makes of two histories is HubSpot's secret; that nothing counts twice is checked for all.
  for (const deal of deals.filter(({ state, mixed }) => state !== 'merged' && !mixed)) {
    expect(known.filter((key) => key.startsWith(`${deal.id}:`)).sort()).toEqual(deal.entries.toSorted())
  }
  expect(hubspot.state.limits.pressure().refused).toEqual({ burst: 0, search: 0, daily: 0 })
  await pair.check()
}

let told = 0
afterAll(() => console.info(`${told} stories`))

async function tell(
  steps: readonly Step[],
  webhooks: boolean,
  end: (told: World) => Promise<void>,
): Promise<void> {
  const portal = await startWorld(world.time, { webhooks })
  try {
    for (const step of steps) await portal.happen(step)
    await end(portal)
    await expectTruth(portal)
    told++
  } finally {
    await portal.close()
  }
}

describe('HubSpot, whatever happens (fault 48)', { timeout: TIMEOUT }, () => {
  it('polling alone finds every stage change exactly once, and misses none', async () => {
    const property = fc.asyncProperty(story, (steps) => tell(steps, false, (told) => told.settle()))
    await fc.assert(property, HOW)
  })

  it('so it does with webhooks that are lost, repeated and out of order', async () => {
    const property = fc.asyncProperty(story, (steps) => tell(steps, true, (told) => told.settle()))
    await fc.assert(property, HOW)
  })

  it('webhooks alone find all of it as soon as a later event of the deal arrives', async () => {
    const withoutPolls = story.map((steps) => steps.filter((step) => step.do !== 'poll'))
    const property = fc.asyncProperty(withoutPolls, (steps) =>
      tell(steps, true, async (told) => {
        for (const deal of told.deals.keys()) await told.happen({ do: 'amount', deal, amount: 5 })
        for (const deal of told.deals.keys()) await told.happen({ do: 'restore', deal })
        await told.hear()
      }),
    )
    await fc.assert(property, HOW)
  })
})
