import { z } from 'zod'
import { type Asked, asked, Id } from './ask.ts'
import type { TikTok } from './request.ts'

/** An ad account as `/advertiser/info/` describes it. */
export interface Advertiser {
  id: string
  name: string | null
  /** ISO 4217. */
  currency: string | null
  /** IANA name; `timezone` of TikTok may also be `Etc/GMT±N`. */
  timezone: string | null
  /** For example `STATUS_ENABLE`. */
  status: string | null
  /** The Business Center that owns it. */
  businessCenterId: string | null
}

/** A pixel. Its `code` is what the Events API calls `event_source_id`, never its numeric `id`. */
export interface Pixel {
  id: string
  code: string
  name: string | null
}

/** A CRM or offline event set. */
export interface EventSet {
  id: string
  name: string | null
}

// What one connector asks for at a time (Airbyte), since TikTok names no limit.
const IDS_PER_CALL = 100
// page_size of /pixel/list/ is 1 to 20 (TikTok's SDK).
const PIXELS_PER_PAGE = 20
const MAX_PAGES = 50

const Name = z
  .string()
  .nullish()
  .transform((name) => name ?? null)

const Advertisers = z.object({
  list: z.array(
    z
      .object({
        advertiser_id: Id,
        name: Name,
        currency: Name,
        timezone: Name,
        display_timezone: Name,
        status: Name,
        owner_bc_id: Id.nullish(),
      })
      .transform(
        (row): Advertiser => ({
          id: row.advertiser_id,
          name: row.name,
          currency: row.currency,
          timezone: row.display_timezone ?? row.timezone,
          status: row.status,
          businessCenterId: row.owner_bc_id || null,
        }),
      ),
  ),
})

const Pixels = z.object({
  pixels: z.array(
    z
      .object({ pixel_id: Id, pixel_code: Id, pixel_name: Name })
      .transform((row): Pixel => ({ id: row.pixel_id, code: row.pixel_code, name: row.pixel_name })),
  ),
  page_info: z.object({ total_page: z.coerce.number().int().min(0) }).nullish(),
})

const SetRow = z
  .object({ event_set_id: Id, name: Name })
  .transform((row): EventSet => ({ id: row.event_set_id, name: row.name }))
const CrmSets = z.object({ crm_event_sets: z.array(SetRow) })
const OfflineSets = z.object({ event_set_list: z.array(SetRow) })

/** Describes ad accounts, 100 a call; stops at the first call that fails. */
export async function advertiserInfo(
  tiktok: TikTok,
  call: { token: string; ids: readonly string[] },
): Promise<Asked<Advertiser[]>> {
  const all: Advertiser[] = []
  for (let from = 0; from < call.ids.length; from += IDS_PER_CALL) {
    const answer = await tiktok.request({
      method: 'GET',
      path: '/advertiser/info/',
      token: call.token,
      query: {
        advertiser_ids: call.ids.slice(from, from + IDS_PER_CALL),
        fields: [
          'advertiser_id',
          'name',
          'currency',
          'timezone',
          'display_timezone',
          'status',
          'owner_bc_id',
        ],
      },
    })
    const read = asked(answer, Advertisers)
    if (!read.ok) return read
    all.push(...read.value.list)
  }
  return { ok: true, value: all }
}

/** The pixels of an ad account, or only the one with this code. At most 50 pages of 20. */
export async function pixelList(
  tiktok: TikTok,
  call: { token: string; advertiserId: string; code?: string },
): Promise<Asked<Pixel[]>> {
  const all: Pixel[] = []
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await tiktok.request({
      method: 'GET',
      path: '/pixel/list/',
      token: call.token,
      query: {
        advertiser_id: call.advertiserId,
        ...(call.code === undefined ? {} : { code: call.code }),
        page,
        page_size: PIXELS_PER_PAGE,
      },
    })
    const read = asked(answer, Pixels)
    if (!read.ok) return read
    all.push(...read.value.pixels)
    if (page >= (read.value.page_info?.total_page ?? 1)) break
  }
  return { ok: true, value: all }
}

/** The CRM event sets of an ad account; TikTok allows 50. */
export async function crmList(
  tiktok: TikTok,
  call: { token: string; advertiserId: string },
): Promise<Asked<EventSet[]>> {
  const answer = await tiktok.request({
    method: 'GET',
    path: '/crm/list/',
    token: call.token,
    query: { advertiser_id: call.advertiserId },
  })
  const read = asked(answer, CrmSets)
  return read.ok ? { ok: true, value: read.value.crm_event_sets } : read
}

/** The offline event sets of an ad account. */
export async function offlineList(
  tiktok: TikTok,
  call: { token: string; advertiserId: string },
): Promise<Asked<EventSet[]>> {
  const answer = await tiktok.request({
    method: 'GET',
    path: '/offline/get/',
    token: call.token,
    query: { advertiser_id: call.advertiserId },
  })
  const read = asked(answer, OfflineSets)
  return read.ok ? { ok: true, value: read.value.event_set_list } : read
}
