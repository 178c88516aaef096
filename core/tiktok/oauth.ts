import { z } from 'zod'
import { type Asked, asked, Id } from './ask.ts'
import type { TikTok } from './request.ts'

/** Our developer app, as TikTok knows it. */
export interface App {
  id: string
  secret: string
}

const Authorized = z.object({
  list: z.array(
    z
      .object({ advertiser_id: Id, advertiser_name: z.string().nullish() })
      .transform((row) => ({ id: row.advertiser_id, name: row.advertiser_name ?? null })),
  ),
})

const Granted = z
  .object({ access_token: z.string().min(1), advertiser_ids: z.array(Id).default([]) })
  .transform((row) => ({ token: row.access_token, advertiserIds: row.advertiser_ids }))

/** Where a person agrees that our app may act for their advertisers (contract section 8). */
export function consentUrl(
  origin: string,
  call: { appId: string; state: string; redirectUri: string },
): string {
  const url = new URL('/portal/auth', origin)
  url.searchParams.set('app_id', call.appId)
  url.searchParams.set('state', call.state)
  url.searchParams.set('redirect_uri', call.redirectUri)
  return url.href
}

/** Turns the code of a consent into a token that lasts until it is revoked (`/oauth2/access_token/`); a code works once. */
export async function exchangeCode(
  tiktok: TikTok,
  { app, code }: { app: App; code: string },
): Promise<Asked<{ token: string; advertiserIds: string[] }>> {
  const answer = await tiktok.request({
    method: 'POST',
    path: '/oauth2/access_token/',
    body: JSON.stringify({ app_id: app.id, secret: app.secret, auth_code: code }),
  })
  return asked(answer, Granted)
}

/** Ends a token of our app at TikTok (`/oauth2/revoke_token/`). */
export async function revokeToken(
  tiktok: TikTok,
  { app, token }: { app: App; token: string },
): Promise<Asked<unknown>> {
  const answer = await tiktok.request({
    method: 'POST',
    path: '/oauth2/revoke_token/',
    body: JSON.stringify({ app_id: app.id, secret: app.secret, access_token: token }),
  })
  return asked(answer, z.unknown())
}

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
