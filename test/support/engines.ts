import { describe } from 'vitest'
import type { Pair, PairOptions } from './pair.ts'
import { usePostgres } from './postgres.ts'
import { usePair } from './use-pair.ts'

/** Starts a pair inside a test. */
export type PairOf = (options?: PairOptions) => Promise<Pair>

/** The same tests over both ledgers: where money is at stake, one engine's answer is not enough. One pair a test. */
export function onBothEngines(name: string, tests: (pairOf: PairOf) => void): void {
  describe(`${name}, on SQLite`, () => {
    tests(usePair())
  })
  describe(`${name}, on PostgreSQL`, () => {
    const postgres = usePostgres()
    const pairOf = usePair()
    tests(async (options) => pairOf({ database: await postgres.emptyLedger(), ...options }))
  })
}
