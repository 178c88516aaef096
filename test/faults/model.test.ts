import fc from 'fast-check'
import { expect, it } from 'vitest'
import { HOUR } from '../../core/model/time.ts'
import { startPair } from '../support/pair.ts'
import { START } from '../support/test-clock.ts'
import type { Model } from './model.ts'
import { commands, giveClock, type Real } from './model-commands.ts'

const LONG = process.env.CLOSEBACK_LONG === '1'
const RUNS = LONG ? 1000 : 24

it.each([
  { steps: false, name: 'does what the model says' },
  { steps: true, name: 'keeps the promise when clocks are set wrong as well' },
])(
  'any sequence of messages, pushes, crashes, decisions and time $name',
  {
    timeout: LONG ? 1_800_000 : 60_000,
  },
  async ({ steps }) => {
    // fast-check prints the seed and the path of the shortest failing sequence: give both to this call to see it again.
    await fc.assert(
      fc.asyncProperty(commands({ steps }), async (sequence) => {
        const pair = await startPair()
        try {
          const real: Real = { pair, posted: [], passed: 0, offset: 0, stepped: false }
          giveClock(real)
          const model: Model = { now: START, unread: [], byRecord: new Map() }
          await fc.asyncModelRun(() => ({ model, real }), sequence)
          await pair.check()
          // In the end nothing hangs: what was not decided by then is by an hour of good weather and one by two days.
          for (const ms of [0, HOUR, 48 * HOUR]) {
            pair.clock.pass(ms)
            real.passed += ms
            await pair.cycle({ now: true })
          }
          const states = (await pair.deliveries()).map(({ state }) => state)
          expect(states.filter((state) => state === 'waiting' || state === 'in_flight')).toEqual([])
          await pair.check()
        } finally {
          await pair.close()
        }
      }),
      { numRuns: steps ? RUNS / 2 : RUNS },
    )
  },
)
