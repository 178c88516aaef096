import { z } from 'zod'
import { type Asked, asked, Id } from './ask.ts'
import type { AccountCall } from './hierarchy.ts'
import type { TikTok } from './request.ts'

/** What a pixel received of one event on one UTC day. */
export interface PixelStatistics {
  event: string
  received: number
  browser: number
  server: number
  attributed: number
}

const Count = z.coerce.number().int().min(0).default(0)

const Stats = z.object({
  list: z.array(
    z.object({
      pixel_id: Id,
      statistics: z.array(
        z.object({
          pixel_event_type: z.string().nullish(),
          custom_event_type: z.string().nullish(),
          total_count: Count,
          browser_event_total_count: Count,
          server_event_total_count: Count,
          attributed_count: Count,
        }),
      ),
    }),
  ),
})

/**
 * What a pixel (by its numeric id) received on a UTC day. TikTok answers one sum over the days that are asked for, so that days
 * are asked for one by one.
 */
export async function pixelStatistics(
  tiktok: TikTok,
  { token, advertiserId, pixelId, day }: AccountCall & { pixelId: string; day: string },
): Promise<Asked<PixelStatistics[]>> {
  const answer = await tiktok.request({
    method: 'GET',
    path: '/pixel/event/stats/',
    token,
    query: {
      advertiser_id: advertiserId,
      pixel_ids: [pixelId],
      date_range: { start_date: day, end_date: day },
    },
  })
  const read = asked(answer, Stats)
  if (!read.ok) return read
  const own = read.value.list.find((each) => each.pixel_id === pixelId)
  const statistics = (own?.statistics ?? []).map(
    (each): PixelStatistics => ({
      event: each.pixel_event_type || each.custom_event_type || '',
      received: each.total_count,
      browser: each.browser_event_total_count,
      server: each.server_event_total_count,
      attributed: each.attributed_count,
    }),
  )
  return { ok: true, value: statistics }
}
