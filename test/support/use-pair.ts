import { afterEach } from 'vitest'
import { type Pair, type PairOptions, startPair } from './pair.ts'

/** Starts pairs inside tests; after each test the promise is checked on every one of them, then they are closed. */
export function usePair(): (options?: PairOptions) => Promise<Pair> {
  const pairs: Pair[] = []
  afterEach(async () => {
    const started = pairs.splice(0)
    try {
      for (const pair of started) await pair.check()
    } finally {
      for (const pair of started) await pair.close()
    }
  })
  return async (options) => {
    const pair = await startPair(options)
    pairs.push(pair)
    return pair
  }
}
