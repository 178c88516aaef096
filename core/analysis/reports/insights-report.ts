import { adGroupsOf, adsById, campaignsOf } from '../../ledger/hierarchy.ts'
import { insightDays } from '../../ledger/insight-days.ts'
import { type InsightScope, insightTotals, insightTrend, insightVersions } from '../../ledger/insights.ts'
import type { Db } from '../../ledger/ledger.ts'
import { dayEnd, daysFromTo } from '../../model/account-day.ts'
import { type FigureSums, type Figures, METRICS } from '../../model/insight.ts'
import { stateOfDay } from '../../model/insight-day.ts'
import { figuresText, type InsightsReport } from '../../model/insights-report.ts'
import { toIso } from '../../model/time.ts'
import type { Connection } from '../../model/workspace.ts'
import { accountOf } from './reconciliation-report.ts'

/** What is asked for: the account, a campaign of it, or an ad group of that. Days are account days, both included. */
export interface InsightsQuery {
  connection: Connection
  from: string
  to: string
  campaignId: string | null
  adGroupId: string | null
  /** Epoch ms. */
  now: number
}

/** Reads what TikTok reported, day by day, and by what is one level below. */
export async function insightsReport(reader: Db, query: InsightsQuery): Promise<InsightsReport> {
  const { connection, from, to, campaignId, now } = query
  const { id: connectionId } = connection
  const period = { connectionId, from, to }
  const pulled = await insightDays(reader, period)
  const { timezone, currency } = accountOf(pulled, connection)
  const at = { now, timezone, correctionHour: connection.insights.correctionHour }
  const own = scopeOfOpened(period, query)
  const trend = new Map((await insightTrend(reader, own)).map(({ day, figures }) => [day, figures]))
  const versions = Map.groupBy(
    own.level === 'account' || own.level === 'campaign'
      ? await insightVersions(reader, {
          ...period,
          level: own.level,
          ...(campaignId && { entityId: campaignId }),
        })
      : [],
    ({ day }) => day,
  )
  return {
    connectionId,
    from,
    to,
    timezone,
    currency,
    path: await pathOf(reader, query),
    total: figuresText(added([...trend.values()]), currency),
    days: daysFromTo(from, to).map((day) => {
      const pull = pulled.find((each) => each.day === day)
      const figures = trend.get(day)
      const told = versions.get(day) ?? []
      const after = told.filter(({ pulledAt }) => pulledAt >= dayEnd(day, timezone))
      return {
        day,
        state: stateOfDay(day, pulled, at),
        pulledAt: pull?.completeAt ? toIso(pull.completeAt) : null,
        problem: pull?.problem || null,
        figures: figures ? figuresText(figures, currency) : null,
        restated: Math.max(0, after.length - 1),
        versions: told.map((each) => ({
          pulledAt: toIso(each.pulledAt),
          figures: figuresText(sumsOf(each.figures), currency),
        })),
      }
    }),
    ...(await rowsOf(reader, query, currency)),
  }
}

function scopeOfOpened(
  period: { connectionId: string; from: string; to: string },
  { campaignId, adGroupId }: InsightsQuery,
): InsightScope {
  if (adGroupId !== null) return { ...period, level: 'ad_group', entityId: adGroupId }
  if (campaignId !== null) return { ...period, level: 'campaign', entityId: campaignId }
  return { ...period, level: 'account' }
}

async function pathOf(
  reader: Db,
  { connection, campaignId, adGroupId }: InsightsQuery,
): Promise<InsightsReport['path']> {
  const name = (found: { name: string } | undefined, id: string) => found?.name || id
  const path: InsightsReport['path'] = []
  if (campaignId !== null) {
    const found = (await campaignsOf(reader, connection.id)).find((each) => each.campaign_id === campaignId)
    path.push({ level: 'campaign', id: campaignId, name: name(found, campaignId) })
  }
  if (adGroupId !== null) {
    const found = (await adGroupsOf(reader, connection.id)).find((each) => each.adgroup_id === adGroupId)
    path.push({ level: 'ad_group', id: adGroupId, name: name(found, adGroupId) })
  }
  return path
}

async function rowsOf(
  reader: Db,
  { connection, from, to, campaignId, adGroupId }: InsightsQuery,
  currency: string,
): Promise<Pick<InsightsReport, 'level' | 'rows'>> {
  const period = { connectionId: connection.id, from, to }
  const level = adGroupId !== null ? 'ad' : campaignId !== null ? 'ad_group' : 'campaign'
  const totals = await insightTotals(reader, {
    ...period,
    level,
    ...(adGroupId !== null ? { adGroupId } : campaignId !== null ? { campaignId } : {}),
  })
  const known = await namesOf(
    reader,
    connection.id,
    level,
    totals.map(({ entityId }) => entityId),
  )
  const spend = ({ figures }: { figures: FigureSums }) => figures.spend_minor ?? 0n
  return {
    level,
    rows: totals
      .sort((a, b) => (spend(a) === spend(b) ? 0 : spend(a) < spend(b) ? 1 : -1))
      .map(({ entityId, figures }) => {
        const found = known.get(entityId)
        return {
          id: entityId,
          name: found?.name || entityId,
          status: found?.status ?? '',
          deleted: found?.deleted === 1,
          figures: figuresText(figures, currency),
        }
      }),
  }
}

interface Named {
  name: string
  status: string
  deleted: number
}

async function namesOf(
  reader: Db,
  connectionId: string,
  level: InsightsReport['level'],
  ids: readonly string[],
): Promise<Map<string, Named>> {
  if (level === 'campaign')
    return new Map((await campaignsOf(reader, connectionId)).map((row) => [row.campaign_id, row]))
  if (level === 'ad_group')
    return new Map((await adGroupsOf(reader, connectionId)).map((row) => [row.adgroup_id, row]))
  return new Map((await adsById(reader, connectionId, ids)).map((row) => [row.ad_id, row]))
}

function sumsOf(figures: Figures): FigureSums {
  return Object.fromEntries(
    METRICS.map((metric) => [metric, figures[metric] === null ? null : BigInt(figures[metric])]),
  ) as FigureSums
}

/** Null only where no day had a figure. */
function added(all: readonly FigureSums[]): FigureSums {
  return Object.fromEntries(
    METRICS.map((metric) => {
      const told = all.flatMap((figures) => figures[metric] ?? [])
      return [metric, told.length === 0 ? null : told.reduce((sum, each) => sum + each, 0n)]
    }),
  ) as FigureSums
}
