import { z } from 'zod'
import type { Figures, Insight, Metric } from '../model/insight.ts'
import { METRICS } from '../model/insight.ts'
import { parseRounded } from '../model/money.ts'
import { ADS_PER_REPORT, IDS_PER_FILTER, REPORT_METRICS } from '../model/tiktok.ts'
import { type Asked, Id } from './ask.ts'
import type { AccountCall } from './hierarchy.ts'
import { everyPage } from './pages.ts'
import type { TikTok } from './request.ts'

/** Account days, both included; at most 30. */
export interface DayRange {
  from: string
  to: string
}

/** What to report: the account's own days, or each ad's. */
export interface ReportCall extends AccountCall, DayRange {
  /** ISO 4217, of the account: what its money is in. */
  currency: string
}

const Count = z
  .string()
  .regex(/^-?\d{1,15}(\.0+)?$/)
  .transform(Number)

/**
 * A row's metrics: always text, `-` for what TikTok does not have. A metric that is not there at all is taken as that too;
 * one that cannot be read is an error, because a figure that is silently missing is a wrong report.
 */
function figuresOf(metrics: Record<string, string>, currency: string, context: z.RefinementCtx): Figures {
  const read = (metric: Metric): number | null => {
    const text = metrics[REPORT_METRICS[metric]]
    if (text === undefined || text === '-') return null
    const value = metric.endsWith('_minor')
      ? (parseRounded(text, currency)?.minor ?? null)
      : (Count.safeParse(text).data ?? null)
    if (value === null)
      context.addIssue({ code: 'custom', path: ['metrics', REPORT_METRICS[metric]], message: 'not a number' })
    return value
  }
  return Object.fromEntries(METRICS.map((metric) => [metric, read(metric)])) as Figures
}

const Day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d( 00:00:00)?$/)
  .transform((text) => text.slice(0, 10))
const Metrics = z.record(z.string(), z.coerce.string())

/** The account's own daily figures, also of what belongs to no ad that TikTok lists: one request for 30 days. */
export async function accountReport(tiktok: TikTok, call: ReportCall): Promise<Asked<Insight[]>> {
  const row = z.object({ dimensions: z.object({ stat_time_day: Day }), metrics: Metrics }).transform(
    ({ dimensions, metrics }, context): Insight => ({
      day: dimensions.stat_time_day,
      level: 'account',
      entityId: call.advertiserId,
      campaignId: '',
      adGroupId: '',
      figures: figuresOf(metrics, call.currency, context),
    }),
  )
  const query = {
    ...common(call),
    data_level: 'AUCTION_ADVERTISER',
    dimensions: ['advertiser_id', 'stat_time_day'],
    metrics: Object.values(REPORT_METRICS),
  }
  const read = await everyPage(tiktok, { path: REPORT, token: call.token, query }, row)
  return read.ok ? { ok: true, value: read.value.rows } : read
}

/** How many ads each campaign has: what decides in how many parts a report by ad must be asked for. */
export type AdsByCampaign = ReadonlyMap<string, number>

/**
 * Daily figures of every ad, deleted ones included: one request for each 1000 rows. An account with more ads than one report
 * shows is asked for by campaigns.
 */
export async function adReport(
  tiktok: TikTok,
  call: ReportCall & { adsByCampaign: AdsByCampaign },
): Promise<Asked<Insight[]>> {
  const row = z
    .object({ dimensions: z.object({ ad_id: Id, stat_time_day: Day }), metrics: Metrics })
    .transform(
      ({ dimensions, metrics }, context): Insight => ({
        day: dimensions.stat_time_day,
        level: 'ad',
        entityId: dimensions.ad_id,
        campaignId: idIn(metrics.campaign_id),
        adGroupId: idIn(metrics.adgroup_id),
        figures: figuresOf(metrics, call.currency, context),
      }),
    )
  const rows: Insight[] = []
  for (const campaignIds of partsOf(call.adsByCampaign)) {
    const query = {
      ...common(call),
      data_level: 'AUCTION_AD',
      dimensions: ['ad_id', 'stat_time_day'],
      // Ids of another level are no dimensions of this one: they are asked for as metrics.
      metrics: ['campaign_id', 'adgroup_id', ...Object.values(REPORT_METRICS)],
      filtering: [
        isOneOf('ad_status', ['STATUS_ALL']),
        ...(campaignIds === null ? [] : [isOneOf('campaign_ids', campaignIds)]),
      ],
    }
    const read = await everyPage(tiktok, { path: REPORT, token: call.token, query }, row)
    if (!read.ok) return read
    if (read.value.cut) return { ok: false, verdict: TOO_MANY_ADS }
    for (const each of read.value.rows) rows.push(each)
  }
  return { ok: true, value: rows }
}

const REPORT = '/report/integrated/get/'

const TOO_MANY_ADS = {
  outcome: 'refused',
  code: 'too_many_ads',
  message: `TikTok shows at most ${ADS_PER_REPORT} ads a report, and one campaign has as many`,
  remedy: 'Split the campaign, or archive ads that no longer run.',
  failedIndex: null,
} as const

/** Campaigns together as far as a filter and a report go; `null` for all of them in one. */
function partsOf(adsByCampaign: AdsByCampaign): (readonly string[] | null)[] {
  const all = [...adsByCampaign.values()].reduce((sum, ads) => sum + ads, 0)
  if (all < ADS_PER_REPORT) return [null]
  const parts: string[][] = []
  let room = 0
  for (const [campaignId, ads] of adsByCampaign) {
    const part = parts.at(-1)
    if (part === undefined || part.length === IDS_PER_FILTER || ads >= room) {
      parts.push([campaignId])
      room = ADS_PER_REPORT - ads
    } else {
      part.push(campaignId)
      room -= ads
    }
  }
  return parts
}

function common({ advertiserId, from, to }: ReportCall) {
  return { advertiser_id: advertiserId, report_type: 'BASIC', start_date: from, end_date: to }
}

/** Filters of reports are a list, and their value is JSON in a text. */
function isOneOf(field: string, values: readonly string[]) {
  return { field_name: field, filter_type: 'IN', filter_value: JSON.stringify(values) }
}

function idIn(text: string | undefined): string {
  return text === undefined || text === '-' ? '' : text
}
