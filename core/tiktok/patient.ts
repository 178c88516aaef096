import { ClosebackError } from '../model/errors.ts'
import { READS_PER_SECOND } from '../model/tiktok.ts'
import { SECOND } from '../model/time.ts'
import { judge } from './outcome.ts'
import type { TikTok } from './request.ts'

/** TikTok names no time to wait with its 40100; one connector waits 5 minutes in all. */
const WAITS_MS = [1, 4, 15, 60].map((seconds) => seconds * SECOND)

export interface PatientOptions {
  /** Resolves after so many ms. */
  wait: (ms: number) => Promise<void>
  /** After each request, tries again included. */
  onRequest?: (() => void) | undefined
  /** Asked before each request, and every second of a wait. */
  mayContinue?: (() => boolean) | undefined
}

/**
 * TikTok for reading: no faster than an app may ask, and asked again where waiting may help (40100, 5xxxx, a connection that
 * broke). Only for calls that change nothing. Throws ClosebackError `unavailable` when it may not go on.
 */
export function patient(
  tiktok: TikTok,
  { wait, onRequest, mayContinue = () => true }: PatientOptions,
): TikTok {
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= SECOND) {
      if (!mayContinue())
        throw new ClosebackError('unavailable', 'It was stopped before its end.', {
          remedy: 'Run it again: it goes on with what is due.',
        })
      await wait(Math.min(left, SECOND))
    }
  }

  return {
    async request(call) {
      for (let tried = 0; ; tried++) {
        await pass(SECOND / READS_PER_SECOND)
        const answer = await tiktok.request(call)
        onRequest?.()
        const { outcome } = judge(answer)
        const pause = WAITS_MS[tried]
        if (pause === undefined || (outcome !== 'later' && outcome !== 'unknown')) return answer
        await pass(pause)
      }
    },
  }
}
