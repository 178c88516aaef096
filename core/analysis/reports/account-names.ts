import { adGroupsOf, adsById, campaignsOf } from '../../ledger/hierarchy.ts'
import type { Db } from '../../ledger/ledger.ts'
import type { Touchpoint } from '../../model/record.ts'
import type { Names } from '../attribution/channel.ts'

/** Finds names by ids or names of the account; what is neither stays as it is. Ads are read as far as the touches name them. */
export async function accountNames(
  reader: Db,
  connectionId: string,
  touches: readonly Touchpoint[],
): Promise<Names> {
  const texts = new Set(touches.flatMap(({ utm }) => utm?.content ?? []))
  const [campaigns, adGroups, ads] = await Promise.all([
    campaignsOf(reader, connectionId),
    adGroupsOf(reader, connectionId),
    adsById(
      reader,
      connectionId,
      [...texts].filter((text) => /^\d{5,20}$/.test(text)),
    ),
  ])
  const finder = (pairs: readonly (readonly [id: string, name: string])[]) => {
    const byId = new Map(pairs)
    return (text: string) => byId.get(text) ?? text
  }
  return {
    campaign: finder(campaigns.map(({ campaign_id, name }) => [campaign_id, name])),
    adGroup: finder(adGroups.map(({ adgroup_id, name }) => [adgroup_id, name])),
    ad: finder(ads.map(({ ad_id, name }) => [ad_id, name])),
  }
}
