import { z } from 'zod'
import { WINDOW_DAYS } from '../model/tiktok.ts'
import { type Asked, Id } from './ask.ts'
import { everyPage } from './pages.ts'
import type { TikTok } from './request.ts'

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? null)

/** Smart+ things may lack what others have. */
const Common = {
  campaign_id: Id,
  secondary_status: Text,
}

const Window = Text.transform((name) => (name === null ? null : (WINDOW_DAYS.get(name) ?? null)))

const Campaign = z.object({ ...Common, campaign_name: Text })
const AdGroup = z.object({
  ...Common,
  adgroup_id: Id,
  adgroup_name: Text,
  click_attribution_window: Window,
  view_attribution_window: Window,
  engaged_view_attribution_window: Window,
  attribution_event_count: Text,
  optimization_goal: Text,
  optimization_event: Text,
})
const Ad = z.object({ ...Common, adgroup_id: Id, ad_id: Id, ad_name: Text })

/** As TikTok lists them; windows in days. */
export type TikTokCampaign = z.output<typeof Campaign>
export type TikTokAdGroup = z.output<typeof AdGroup>
export type TikTokAd = z.output<typeof Ad>

export interface TikTokHierarchy {
  campaigns: TikTokCampaign[]
  adGroups: TikTokAdGroup[]
  ads: TikTokAd[]
}

export interface AccountCall {
  token: string
  advertiserId: string
}

/** Everything an account advertises or ever advertised with, deleted things included: one request for each 1000 of a kind. */
export async function readHierarchy(tiktok: TikTok, call: AccountCall): Promise<Asked<TikTokHierarchy>> {
  const campaigns = await list(tiktok, call, '/campaign/get/', Campaign)
  if (!campaigns.ok) return campaigns
  const adGroups = await list(tiktok, call, '/adgroup/get/', AdGroup)
  if (!adGroups.ok) return adGroups
  const ads = await list(tiktok, call, '/ad/get/', Ad)
  if (!ads.ok) return ads
  return { ok: true, value: { campaigns: campaigns.value, adGroups: adGroups.value, ads: ads.value } }
}

/** TikTok's own word for what is gone. */
export function isDeleted(status: string | null): boolean {
  return status !== null && /_DELETE$/.test(status)
}

async function list<Shape extends z.ZodRawShape>(
  tiktok: TikTok,
  { token, advertiserId }: AccountCall,
  path: `/${string}/`,
  row: z.ZodObject<Shape>,
): Promise<Asked<z.output<z.ZodObject<Shape>>[]>> {
  const query = {
    advertiser_id: advertiserId,
    fields: Object.keys(row.shape),
    filtering: { primary_status: 'STATUS_ALL' },
  }
  const read = await everyPage<z.output<z.ZodObject<Shape>>>(tiktok, { path, token, query }, row)
  return read.ok ? { ok: true, value: read.value.rows } : read
}
