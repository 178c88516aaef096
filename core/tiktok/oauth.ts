import { z } from 'zod'
import { type Asked, asked, Id } from './ask.ts'
import type { TikTok } from './request.ts'

const Authorized = z.object({
  list: z.array(
    z
      .object({ advertiser_id: Id, advertiser_name: z.string().nullish() })
      .transform((row) => ({ id: row.advertiser_id, name: row.advertiser_name ?? null })),
  ),
})

/** The advertisers that a token of our developer app may reach (`/oauth2/advertiser/get/`; not in TikTok's sandbox). */
export async function authorizedAdvertisers(
  tiktok: TikTok,
  call: { token: string; appId: string; secret: string },
): Promise<Asked<{ id: string; name: string | null }[]>> {
  const answer = await tiktok.request({
    method: 'GET',
    path: '/oauth2/advertiser/get/',
    token: call.token,
    query: { app_id: call.appId, secret: call.secret },
  })
  const read = asked(answer, Authorized)
  return read.ok ? { ok: true, value: read.value.list } : read
}
