import { noteTikTokTime, readTikTokTime } from '../ledger/clock.ts'
import type { Ledger } from '../ledger/ledger.ts'

/**
 * Two clocks that cannot both be wrong the same way: this host's, and TikTok's as its answers show it. What starts
 * a deadline takes the earlier of the two, what is compared with one takes the later: an error of either clock can
 * only make Closeback stop sooner, never send a copy after TikTok forgot the first.
 */
export interface PushClock {
  earliest(): number
  latest(): number
  /**
   * TikTok's time is only known from an earlier run. It stood still while nothing ran, so it would not notice a host
   * clock that was set back meanwhile: ask for it before anything is sent.
   */
  isStale(): boolean
  /** No answer of TikTok's was ever heard, by any run. */
  isUnknown(): boolean
  /** Takes over what other hosts learned. */
  refresh(): Promise<void>
  /** The `Date` of an answer with TikTok's envelope (epoch ms). */
  observe(date: number): Promise<void>
}

/** @param monotonic milliseconds that no clock change touches; TikTok's time runs on between answers by them. */
export function pushClock(ledger: Ledger, monotonic: () => number = () => performance.now()): PushClock {
  let known = 0
  let learnedAt = 0
  let heard = false

  const tiktok = () => known + (monotonic() - learnedAt)
  const learn = (time: number) => {
    if (known !== 0 && time <= tiktok()) return
    known = time
    learnedAt = monotonic()
  }
  return {
    earliest: () => Math.floor(known === 0 ? ledger.now() : Math.min(ledger.now(), tiktok())),
    latest: () => Math.floor(Math.max(ledger.now(), known === 0 ? 0 : tiktok())),
    isStale: () => !heard && known !== 0,
    isUnknown: () => known === 0,
    async refresh() {
      const stored = await readTikTokTime(ledger.db)
      if (stored > 0) learn(stored)
    },
    async observe(date) {
      heard = true
      const before = known
      learn(date)
      // Whole seconds on the wire: one write a second at most, and none when time stands still.
      if (known !== before) await noteTikTokTime(ledger.db, date)
    },
  }
}
