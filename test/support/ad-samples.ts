import type { AdsInput } from '../../fixtures/sandbox/tiktok/ad-shapes.ts'

export const ADVERTISER = '7000000000000000001'
export const CAMPAIGN = '1800000001'
export const AD = '1820000001'

/** One campaign with one ad group (7 days click, 1 day view) and one ad. */
export const ONE_AD: AdsInput = {
  campaigns: [{ id: CAMPAIGN, advertiserId: ADVERTISER, name: 'Spring' }],
  adGroups: [{ id: '1810000001', campaignId: CAMPAIGN, name: 'Video' }],
  ads: [{ id: AD, adGroupId: '1810000001', name: 'Video A' }],
}

/** What the ad cost on each of these days, in units of the account's currency. */
export function spent(spend: Readonly<Record<string, number>>, adId = AD): NonNullable<AdsInput['delivery']> {
  return Object.entries(spend).map(([day, amount]) => ({
    adId,
    day,
    spend: amount,
    impressions: 1000,
    clicks: 10,
  }))
}
