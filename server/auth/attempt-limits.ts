import type { Request, Response } from 'express'
import { MemoryStore, type Options } from 'express-rate-limit'
import { emailKey } from '../../core/ledger/people.ts'
import { MINUTE, SECOND } from '../../core/model/time.ts'
import { addressOf, isHandedOn, RateLimited } from '../rate-limits.ts'

const WINDOW_MS = 15 * MINUTE
/** Tries that fail, in a quarter of an hour: of one address at one account, of one address, at one account. */
const AT_ACCOUNT_FROM_ADDRESS = 10
const FROM_ADDRESS = 50
const AT_ACCOUNT = 100

export interface AttemptLimits {
  /**
   * Lets one try pass and counts it as failed until `succeeded`, so that tries at the same moment count too. Throws
   * RateLimited with Retry-After. `null` for tries at something nobody can guess: they count by address alone.
   */
  take(req: Request, res: Response, email: string | null): Promise<{ succeeded(): Promise<void> }>
}

/** Limits on guessing passwords and tokens. What a proxy hands on has one address here and is counted by account alone. */
export function attemptLimits(): AttemptLimits {
  const store = new MemoryStore()
  store.init({ windowMs: WINDOW_MS } as Options)
  return {
    async take(req, res, email) {
      const address = isHandedOn(req) ? null : addressOf(req)
      const account = email === null ? null : emailKey(email)
      const counted: [key: string, most: number][] = []
      if (account !== null) counted.push([`at ${account}`, AT_ACCOUNT])
      if (address !== null) counted.push([`from ${address}`, FROM_ADDRESS])
      if (account !== null && address !== null)
        counted.push([`from ${address} at ${account}`, AT_ACCOUNT_FROM_ADDRESS])
      for (const [key, most] of counted) {
        const { totalHits, resetTime } = await store.increment(key)
        if (totalHits <= most) continue
        const seconds = Math.ceil(((resetTime?.getTime() ?? Date.now()) - Date.now()) / SECOND)
        res.setHeader('retry-after', String(Math.max(1, seconds)))
        throw new RateLimited('Too many tries to sign in failed.', 'Try again after a quarter of an hour.')
      }
      return {
        async succeeded() {
          for (const [key] of counted) await store.decrement(key)
        },
      }
    },
  }
}
