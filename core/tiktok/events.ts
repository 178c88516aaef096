import type { Answer } from './answer.ts'
import type { TikTok } from './request.ts'

/** Sends one body of `bodyOf` to `/event/track/`; what the answer means is for `judge`. */
export function trackEvents(tiktok: TikTok, call: { token: string; body: string }): Promise<Answer> {
  return tiktok.request({ method: 'POST', path: '/event/track/', token: call.token, body: call.body })
}
