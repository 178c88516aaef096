import type { Selectable } from 'kysely'
import type { Db } from './ledger.ts'
import { insertRows, isOneOf } from './rows.ts'
import type { AdGroupsTable, AdsTable, CampaignsTable } from './schema-insights.ts'

export type CampaignRow = Selectable<CampaignsTable>
export type AdGroupRow = Selectable<AdGroupsTable>
export type AdRow = Selectable<AdsTable>

/** Writes what a pull saw; what it did not see stays as it was. At most a few hundred rows a call. */
export async function keepHierarchy(
  tx: Db,
  { campaigns = [], adGroups = [], ads = [] }: Partial<Hierarchy>,
): Promise<void> {
  await upsert(tx, 'campaigns', campaigns, ['connection_id', 'campaign_id'])
  await upsert(tx, 'ad_groups', adGroups, ['connection_id', 'adgroup_id'])
  await upsert(tx, 'ads', ads, ['connection_id', 'ad_id'])
}

interface Hierarchy {
  campaigns: readonly CampaignRow[]
  adGroups: readonly AdGroupRow[]
  ads: readonly AdRow[]
}

async function upsert(
  tx: Db,
  table: 'campaigns' | 'ad_groups' | 'ads',
  rows: readonly object[],
  key: readonly string[],
): Promise<void> {
  const set = Object.keys(rows[0] ?? {})
    .filter((column) => !key.includes(column))
    .map((column) => `${column} = excluded.${column}`)
  await insertRows(tx, table, rows, [], `(${key.join(', ')}) do update set ${set.join(', ')}`)
}

/** Every campaign of a connection ever seen, deleted ones included, by id. */
export async function campaignsOf(db: Db, connectionId: string): Promise<CampaignRow[]> {
  return db
    .selectFrom('campaigns')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('campaign_id')
    .execute()
}

/** Every ad group of a connection ever seen, with its attribution windows. */
export async function adGroupsOf(db: Db, connectionId: string): Promise<AdGroupRow[]> {
  return db
    .selectFrom('ad_groups')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('adgroup_id')
    .execute()
}

/** The ads with these ids, as far as they are known: an account may have too many to read them all. */
export async function adsById(db: Db, connectionId: string, adIds: readonly string[]): Promise<AdRow[]> {
  if (adIds.length === 0) return []
  return db
    .selectFrom('ads')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where(isOneOf(db, 'ad_id', adIds))
    .orderBy('ad_id')
    .execute()
}
