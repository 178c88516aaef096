import { type RawBuilder, type Selectable, sql } from 'kysely'
import {
  type FigureSums,
  type Figures,
  type Insight,
  type InsightLevel,
  METRICS,
  type Metric,
} from '../model/insight.ts'
import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'
import type { InsightsTable } from './schema-insights.ts'

/** Writes the figures of days that were pulled: what is there already is replaced, never added to. */
export async function putInsights(tx: Db, connectionId: string, rows: readonly Insight[]): Promise<void> {
  const set = ['campaign_id', 'adgroup_id', ...METRICS].map((column) => `${column} = excluded.${column}`)
  await insertRows(
    tx,
    'insights',
    rows.map((row) => toRow(connectionId, row)),
    [],
    `(connection_id, level, day, entity_id) do update set ${set.join(', ')}`,
  )
}

/** Keeps what TikTok said from `pulledAt` on, so that a report can be made again as of an earlier day. */
export async function addInsightVersions(
  tx: Db,
  connectionId: string,
  { rows, pulledAt }: { rows: readonly Insight[]; pulledAt: number },
): Promise<void> {
  const versions = rows.map((row) => ({ ...toRow(connectionId, row), pulled_at: pulledAt }))
  await insertRows(tx, 'insight_versions', versions)
}

/** The figures of one day as they stand, of all levels. */
export async function insightsOfDay(
  db: Db,
  { connectionId, day }: { connectionId: string; day: string },
): Promise<Insight[]> {
  const levels: InsightLevel[] = ['account', 'campaign', 'ad_group', 'ad']
  const rows = await db
    .selectFrom('insights')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('level', 'in', levels)
    .where('day', '=', day)
    .execute()
  return rows.map(toInsight)
}

/** Whose figures, over which account days (both included). */
export interface InsightQuery {
  connectionId: string
  from: string
  to: string
}

/**
 * Which rows. `asOf` (epoch ms) asks what TikTok had said by then; only the account's and the campaigns' days keep
 * that. `entityId` narrows to one account, campaign, ad group or ad; `campaignId` and `adGroupId` to what is inside of one.
 */
export type InsightScope = InsightQuery & { entityId?: string; campaignId?: string; adGroupId?: string } & (
    | { level: 'account' | 'campaign'; asOf?: number | null }
    | { level: 'ad_group' | 'ad'; asOf?: null }
  )

/** What one thing came to over the days asked for. */
export interface InsightTotal {
  entityId: string
  campaignId: string
  adGroupId: string
  figures: FigureSums
}

/**
 * Figures added up over days, one row a thing, by id. Add rows of one level only: a campaign's row contains its
 * ads' already, and the account's row is TikTok's own total, which may be more than its campaigns add up to.
 * The money is in the account's currency; `insightDays` says which that was on each day.
 */
export async function insightTotals(reader: Db, scope: InsightScope): Promise<InsightTotal[]> {
  const { rows } = await sql<Summed>`
    select entity_id, campaign_id, adgroup_id, ${sums()} from ${source(scope)} where ${scopeOf(scope)}
    group by entity_id, campaign_id, adgroup_id order by entity_id`.execute(reader)
  return rows.map((row) => ({
    entityId: row.entity_id,
    campaignId: row.campaign_id,
    adGroupId: row.adgroup_id,
    figures: toSums(row),
  }))
}

/** Figures by day, added up over the things of the level: what a trend is drawn from. Days without a row are left out. */
export async function insightTrend(
  reader: Db,
  scope: InsightScope,
): Promise<{ day: string; figures: FigureSums }[]> {
  const { rows } = await sql<Summed & { day: string }>`
    select day, ${sums()} from ${source(scope)} where ${scopeOf(scope)} group by day order by day`.execute(
    reader,
  )
  return rows.map((row) => ({ day: row.day, figures: toSums(row) }))
}

/** Everything TikTok ever said of the days of one account or campaign, in the order it did. */
export async function insightVersions(
  reader: Db,
  {
    connectionId,
    level,
    entityId,
    from,
    to,
  }: InsightQuery & { level: 'account' | 'campaign'; entityId?: string },
): Promise<{ day: string; pulledAt: number; figures: Figures }[]> {
  let query = reader
    .selectFrom('insight_versions')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('level', '=', level)
    .where('day', '>=', from)
    .where('day', '<=', to)
  if (entityId !== undefined) query = query.where('entity_id', '=', entityId)
  const rows = await query.orderBy('day').orderBy('pulled_at').execute()
  return rows.map((row) => ({
    day: row.day,
    pulledAt: row.pulled_at,
    figures: ofMetrics((metric) => row[metric]),
  }))
}

/** Rows by day and id, after the one given: a page of what was pulled last. */
export async function listInsights(
  reader: Db,
  {
    connectionId,
    level,
    from,
    to,
    entityId,
    after,
    limit,
  }: InsightQuery & {
    level: InsightLevel
    entityId?: string | undefined
    after: { day: string; entityId: string } | null
    limit: number
  },
): Promise<Insight[]> {
  let query = reader
    .selectFrom('insights')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('level', '=', level)
    .where('day', '>=', from)
    .where('day', '<=', to)
  if (entityId !== undefined) query = query.where('entity_id', '=', entityId)
  if (after) query = query.where(sql<boolean>`(day, entity_id) > (${after.day}, ${after.entityId})`)
  const rows = await query.orderBy('day').orderBy('entity_id').limit(limit).execute()
  return rows.map(toInsight)
}

interface Summed extends Record<Metric, string | null> {
  entity_id: string
  campaign_id: string
  adgroup_id: string
}

function sums(): RawBuilder<unknown> {
  return sql.join(METRICS.map((metric) => sql`cast(sum(${sql.ref(metric)}) as text) as ${sql.ref(metric)}`))
}

function source({ asOf = null }: InsightScope): RawBuilder<unknown> {
  return asOf === null ? sql`insights` : sql`insight_versions as v`
}

function scopeOf({
  connectionId,
  level,
  from,
  to,
  entityId,
  campaignId,
  adGroupId,
  asOf = null,
}: InsightScope): RawBuilder<boolean> {
  const parts = [
    sql`connection_id = ${connectionId}`,
    sql`level = ${level}`,
    sql`day between ${from} and ${to}`,
  ]
  if (entityId !== undefined) parts.push(sql`entity_id = ${entityId}`)
  if (campaignId !== undefined) parts.push(sql`campaign_id = ${campaignId}`)
  if (adGroupId !== undefined) parts.push(sql`adgroup_id = ${adGroupId}`)
  if (asOf !== null)
    parts.push(sql`pulled_at = (select max(w.pulled_at) from insight_versions as w
      where w.connection_id = v.connection_id and w.level = v.level and w.day = v.day and w.entity_id = v.entity_id
        and w.pulled_at <= ${asOf})`)
  return sql<boolean>`${sql.join(parts, sql` and `)}`
}

function toSums(row: Record<Metric, string | null>): FigureSums {
  return ofMetrics((metric) => {
    const sum = row[metric]
    return sum === null ? null : BigInt(sum)
  })
}

function ofMetrics<T>(value: (metric: Metric) => T): Record<Metric, T> {
  return Object.fromEntries(METRICS.map((metric) => [metric, value(metric)])) as Record<Metric, T>
}

function toRow(connectionId: string, row: Insight): InsightsTable {
  return {
    connection_id: connectionId,
    level: row.level,
    day: row.day,
    entity_id: row.entityId,
    campaign_id: row.campaignId,
    adgroup_id: row.adGroupId,
    ...ofMetrics((metric) => row.figures[metric]),
  }
}

function toInsight(row: Selectable<InsightsTable>): Insight {
  return {
    day: row.day,
    level: row.level,
    entityId: row.entity_id,
    campaignId: row.campaign_id,
    adGroupId: row.adgroup_id,
    figures: ofMetrics((metric) => row[metric]),
  }
}
