import { LOOK_AGAIN_MS, LOOK_MARGIN_CALLS } from '../constants.ts'
import { SalesforceError } from './salesforce-error.ts'

/** The org's calls of the last 24 hours, as an answer said. */
export interface Usage {
  used: number
  limit: number
}

/** Keeps our calls out of the share of the org's allowance that belongs to others. */
export interface Allowance {
  /** Throws SalesforceError `quota` when only the reserve is left. */
  spend(): void
  /** Takes the value of a `Sforce-Limit-Info` header. */
  note(header: string | undefined): void
  usage(): Usage | null
}

/**
 * @param reserve the share of the daily allowance that is left to others, 0 to 0.95
 * @param now epoch ms
 */
export function allowance(reserve: number, now: () => number): Allowance {
  let usage: Usage | null = null
  let seenAt = 0
  // The looks at a spent allowance are calls too: stopping a few calls early pays for a day of them.
  const isSpent = ({ used, limit }: Usage) => limit - used <= Math.ceil(limit * reserve) + LOOK_MARGIN_CALLS
  return {
    spend() {
      if (usage === null || !isSpent(usage)) return
      if (now() - seenAt >= LOOK_AGAIN_MS) {
        seenAt = now()
        return
      }
      throw new SalesforceError(
        'quota',
        'RESERVE_REACHED',
        `${usage.used} of the org's ${usage.limit} calls of the last 24 hours are used; the rest is left to others.`,
        {
          remedy:
            'It goes on by itself as calls become free; set settings.dailyReserve lower, or settings.pollMinutes higher.',
        },
      )
    },
    note(header) {
      const parts = /api-usage=(\d+)\/(\d+)/.exec(header ?? '')
      if (parts === null) return
      usage = { used: Number(parts[1]), limit: Number(parts[2]) }
      seenAt = now()
    },
    usage: () => usage,
  }
}
