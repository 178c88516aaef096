import type { Touchpoint } from '../../model/record.ts'
import { DIRECT } from './journey.ts'

/** The channel of a deal that nobody saw come. */
export const UNKNOWN = 'unknown'
export const TIKTOK = 'tiktok'

const SEARCH = /(^|\.)(google|bing|duckduckgo|yahoo|baidu|yandex|ecosia|naver)\./
const SOCIAL =
  /(^|\.)(facebook|instagram|linkedin|twitter|x|youtube|pinterest|reddit|snapchat|tiktok|t)\.(com|co)$/

/**
 * The channel of a touch, by what says most: a TikTok click id, then `utm_source` (or `email` where `utm_medium` says so),
 * then the referrer (`organic search`, `organic social`, `referral`), else `direct`. Names are in small letters, as spend
 * files have them.
 */
function channelOf({ ttclid, utm, referrer }: Touchpoint): string {
  const source = utm?.source?.trim().toLowerCase() ?? ''
  if (ttclid !== null || source === TIKTOK) return TIKTOK
  if (utm?.medium?.trim().toLowerCase() === 'email') return 'email'
  if (source !== '') return source
  const host = hostOf(referrer)
  if (host === null) return DIRECT
  if (SEARCH.test(host)) return 'organic search'
  return SOCIAL.test(host) ? 'organic social' : 'referral'
}

function hostOf(referrer: string | null): string | null {
  if (!referrer) return null
  try {
    return new URL(referrer).hostname.toLowerCase()
  } catch {
    return null
  }
}

/** Channel, campaign, ad group, ad: as far as the tracking URL tells. */
export type Place = readonly [channel: string, campaign: string, adGroup: string, ad: string]

/** Ids and names of the account, so that either in a tracking URL finds the name. */
export interface Names {
  campaign(text: string): string
  adGroup(text: string): string
  ad(text: string): string
}

/** Where a touch came from: `utm_id` or `utm_campaign`, `utm_term` for the ad group, `utm_content` for the ad. */
export function placeOf(touch: Touchpoint, names: Names): Place {
  const { utm } = touch
  return [
    channelOf(touch),
    names.campaign(utm?.id ?? utm?.campaign ?? ''),
    names.adGroup(utm?.term ?? ''),
    names.ad(utm?.content ?? ''),
  ]
}
