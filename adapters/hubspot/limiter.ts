import { setTimeout as sleep } from 'node:timers/promises'
import { BURST_MS, SEARCHES_A_SECOND } from './constants.ts'

/** Searches have a limit of their own, and count for the others as well. */
export type Kind = 'search' | 'other'

export interface Limits {
  requestsInTenSeconds: number
  requestsADay: number
}

/** All times by a clock that nobody sets. */
export interface Limiter {
  /** Waits until one more request of this kind may leave; `false`, at once, when that takes longer than `patienceMs`. */
  take(kind: Kind, patienceMs: number): Promise<boolean>
  /** HubSpot said no: nothing of this kind leaves for so long. A closed `other` holds back searches, too. */
  close(kind: Kind, ms: number): void
}

// Requests reach HubSpot closer together than they left: windows are a little longer, and a little less goes into one.
const LONGER = 1.05
const SHARE = 0.95

/** How time passes for what waits. */
export interface Timing {
  /** Milliseconds of a clock that nobody sets. */
  steady(): number
  sleep(ms: number): Promise<unknown>
}

export const MACHINE: Timing = { steady: () => performance.now(), sleep: (ms) => sleep(ms) }

/**
 * The limiter of one portal: a sliding window for bursts, one for searches, and the day's budget. The client's own is one
 * for the whole process, knows no windows, and forgets itself when a second client is made.
 *
 * @param untilMidnight milliseconds until the account's
 */
export function createLimiter(limits: Limits, timing: Timing, untilMidnight: () => number): Limiter {
  const burst = slidingWindow(Math.max(1, Math.floor(limits.requestsInTenSeconds * SHARE)), BURST_MS * LONGER)
  const searches = slidingWindow(SEARCHES_A_SECOND, 1000 * LONGER)
  const closedUntil: Record<Kind, number> = { search: 0, other: 0 }
  const day = { end: Number.NEGATIVE_INFINITY, used: 0 }
  let queue: Promise<unknown> = Promise.resolve()

  /** When the next request of this kind may leave. */
  function freeAt(kind: Kind, now: number): number {
    if (now >= day.end) Object.assign(day, { end: now + untilMidnight(), used: 0 })
    const spent = day.used >= limits.requestsADay ? day.end : now
    const search = kind === 'search' ? Math.max(searches.freeAt(now), closedUntil.search) : now
    return Math.max(burst.freeAt(now), closedUntil.other, spent, search)
  }

  async function next(kind: Kind, giveUp: number): Promise<boolean> {
    for (let now = timing.steady(); ; now = timing.steady()) {
      const at = freeAt(kind, now)
      if (at > giveUp) return false
      if (at <= now) {
        burst.note(now)
        if (kind === 'search') searches.note(now)
        day.used++
        return true
      }
      await timing.sleep(at - now)
    }
  }

  return {
    take(kind, patienceMs) {
      const giveUp = timing.steady() + patienceMs
      // One at a time, in order: a search that waits for its second holds up what comes behind it only that long.
      const turn = queue.then(() => next(kind, giveUp))
      queue = turn.catch(() => false)
      return turn
    },
    close(kind, ms) {
      closedUntil[kind] = Math.max(closedUntil[kind], timing.steady() + ms)
    },
  }
}

function slidingWindow(most: number, length: number) {
  const starts: number[] = []
  return {
    freeAt(now: number): number {
      while (starts.length > 0 && (starts[0] as number) + length <= now) starts.shift()
      return starts.length < most ? now : (starts[0] as number) + length
    },
    note(now: number): void {
      starts.push(now)
    },
  }
}
