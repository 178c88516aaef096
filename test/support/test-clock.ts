import type { SandboxClock } from '../../fixtures/sandbox/clock.ts'

/** The time a test lives by: it stands still until the test moves it. */
export interface TestClock {
  /** This host's clock, epoch ms. */
  now(): number
  /** Time passes, here and at TikTok. */
  pass(ms: number): void
  /** Only this host's clock is changed; TikTok's goes on as it was. */
  step(ms: number): void
}

/** A whole second, so that TikTok's `Date` header and this host agree to the millisecond. */
export const START = Date.parse('2026-11-20T12:00:00Z')

/** A clock of a host, and the sandbox's set to the same moment and frozen. */
export function testClock(tiktok: SandboxClock, start: number = START): TestClock {
  let now = start
  tiktok.freeze()
  tiktok.set(start)
  return {
    now: () => now,
    pass(ms) {
      now += ms
      tiktok.advance(ms)
    },
    step(ms) {
      now += ms
    },
  }
}
