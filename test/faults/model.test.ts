import { rm } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR } from '../../core/model/time.ts'
import type { PairOptions } from '../support/pair.ts'
import { startPair } from '../support/pair.ts'
import { usePostgres } from '../support/postgres.ts'
import { START } from '../support/test-clock.ts'
import type { Model } from './model.ts'
import { type Beyond, commands, giveClock, type Real } from './model-commands.ts'

const LONG = process.env.CLOSEBACK_LONG === '1'

const VARIANTS: { beyond: Beyond; name: string; share: number }[] = [
  { beyond: {}, name: 'does what the model says', share: 1 },
  { beyond: { steps: true }, name: 'keeps the promise when clocks are set wrong as well', share: 1 / 2 },
  { beyond: { forget: true }, name: 'keeps the promise when persons are forgotten as well', share: 1 / 3 },
]

/** Runs sequences on pairs of their own; fast-check prints the seed and the path of the shortest one that fails. */
async function holds(beyond: Beyond, numRuns: number, options: () => Promise<PairOptions>) {
  await fc.assert(
    fc.asyncProperty(commands(beyond), async (sequence) => {
      const pair = await startPair(await options())
      const real: Real = {
        pair,
        posted: [],
        passed: 0,
        offset: 0,
        beyondModel: false,
        backup: null,
        directories: [],
      }
      try {
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
        for (const directory of real.directories) await rm(directory, { recursive: true, force: true })
      }
    }),
    { numRuns },
  )
}

const timeout = LONG ? 1_800_000 : 90_000

describe('any sequence of messages, pushes, crashes, decisions and time, on SQLite', () => {
  const runs = LONG ? 1000 : 24
  for (const { beyond, name, share } of VARIANTS)
    it(name, { timeout }, () => holds(beyond, Math.round(runs * share), async () => ({})))

  it('keeps the promise when backups are put back as well', { timeout }, () =>
    holds({ forget: true, restore: true }, runs / 2, async () => ({})),
  )
})

describe('any sequence of messages, pushes, crashes, decisions and time, on PostgreSQL', () => {
  const postgres = usePostgres()
  const runs = LONG ? 1000 : 6
  for (const { beyond, name, share } of VARIANTS) {
    it(name, { timeout }, () =>
      holds(beyond, Math.round(runs * share), async () => ({ database: await postgres.emptyLedger() })),
    )
  }
})
