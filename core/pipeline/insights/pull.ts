import { putEventSetStats } from '../../ledger/event-set-stats.ts'
import { adGroupsOf, keepHierarchy } from '../../ledger/hierarchy.ts'
import { addDayPulls, insightDays } from '../../ledger/insight-days.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { accountDay, daysFromTo } from '../../model/account-day.ts'
import type { Insight } from '../../model/insight.ts'
import type { Connection } from '../../model/workspace.ts'
import type { Asked } from '../../tiktok/ask.ts'
import { advertiserInfo, pixelList } from '../../tiktok/assets.ts'
import { pixelStatistics } from '../../tiktok/event-stats.ts'
import { isDeleted, readHierarchy, type TikTokHierarchy } from '../../tiktok/hierarchy.ts'
import { patient } from '../../tiktok/patient.ts'
import { accountReport, adReport, type DayRange } from '../../tiktok/reports.ts'
import type { TikTok } from '../../tiktok/request.ts'
import type { Pipeline } from '../context.ts'
import { keepDay } from './keep-day.ts'
import { planDays } from './plan.ts'
import { rollUp } from './roll-up.ts'

/** What one pull of a connection came to. */
export interface InsightsReport {
  connectionId: string
  /** Of the account, as TikTok says; empty when it could not be asked. */
  timezone: string
  currency: string
  /** First and last day that was asked for; empty when none was. */
  from: string
  to: string
  /** Days that were brought whole, and of these those on which TikTok said something else than before. */
  days: number
  restated: number
  campaigns: number
  ads: number
  rows: number
  requests: number
  /** What could not be had, and what to do; empty when everything was. */
  problems: { what: string; remedy: string }[]
}

export interface PullOptions {
  /** The last so many account days, today included; what is due when left out. */
  days?: number | undefined
  /** After each request. */
  onRequest?: ((done: number) => void) | undefined
  /** Asked before each request; a pull that may not go on throws, and leaves its days to the next. */
  mayContinue?: (() => boolean) | undefined
}

const BATCH = 256
const NOT_DESCRIBED = {
  what: 'the account could not be read: TikTok does not tell its time zone and currency',
  remedy: 'Check advertiserId, and that the marketing token may read this account.',
}

/**
 * Pulls what TikTok says of a connection: the account, the hierarchy, the days that are due, and what its pixel received. A
 * part that fails is named, and the days it belongs to are marked incomplete; figures pulled before stay. May run twice at a
 * time: both write the same.
 */
export async function pullInsights(
  pipeline: Pipeline,
  connection: Connection,
  { days, onRequest, mayContinue }: PullOptions = {},
): Promise<InsightsReport> {
  const { ledger } = pipeline
  const { id, advertiserId } = connection
  const report = emptyReport(id)
  const tiktok = patient(pipeline.tiktok, {
    wait: pipeline.wait,
    mayContinue,
    onRequest() {
      report.requests++
      onRequest?.(report.requests)
    },
  })
  const call = { token: await pipeline.marketingToken(id), advertiserId }

  const accounts = need(report, 'the account', await advertiserInfo(tiktok, { ...call, ids: [advertiserId] }))
  const account = accounts?.find((each) => each.id === advertiserId)
  if (!account?.timezone || !account.currency) {
    if (accounts !== null) report.problems.push(NOT_DESCRIBED)
    return report
  }
  const { timezone, currency } = account
  Object.assign(report, { timezone, currency })

  const hierarchy = need(report, 'the campaigns', await readHierarchy(tiktok, call))
  if (hierarchy !== null) await keepAll(ledger, id, hierarchy)
  const clickDays = await longestWindow(ledger, id, connection.windows.clickDays)
  const ranges = planDays({
    now: ledger.now(),
    timezone,
    currency,
    correctionHour: connection.insights.correctionHour,
    clickDays,
    known: await insightDays(ledger.reader, { connectionId: id, from: '0000-01-01', to: '9999-12-31' }),
    days: days ?? null,
  })
  report.from = ranges[0]?.from ?? ''
  report.to = ranges.at(-1)?.to ?? ''
  const adsByCampaign = new Map<string, number>()
  for (const ad of hierarchy?.ads ?? [])
    adsByCampaign.set(ad.campaign_id, (adsByCampaign.get(ad.campaign_id) ?? 0) + 1)
  report.campaigns = hierarchy?.campaigns.length ?? 0
  report.ads = hierarchy?.ads.length ?? 0
  const facts = { connectionId: id, timezone, currency, clickDays }

  const today = accountDay(ledger.now(), timezone)
  for (const range of ranges) {
    const pulledAt = ledger.now()
    const days = daysFromTo(range.from, range.to)
    const rows =
      hierarchy === null
        ? null
        : await readDays(tiktok, { ...call, ...range, currency, adsByCampaign }, report)
    if (rows === null) {
      const problem = report.problems.at(-1)?.what ?? ''
      await ledger.transaction((tx) =>
        addDayPulls(
          tx,
          days.map((day) => ({ ...facts, day, pulledAt, problem })),
        ),
      )
      continue
    }
    report.rows += rows.length
    const byDay = Map.groupBy(rows, ({ day }) => day)
    for (const day of days) {
      const own = byDay.get(day) ?? []
      const levels = Map.groupBy(own, ({ level }) => level)
      const all = rollUp(levels.get('ad') ?? [], levels.get('account') ?? [])
      const pull = { ...facts, day, pulledAt, problem: '' }
      if ((await keepDay(ledger, { pull, rows: all })) && day < today) report.restated++
      report.days++
    }
  }
  await pullStatistics(tiktok, { ledger, connection, call, ranges }, report)
  return report
}

/** Both reports of some days, all or nothing. */
async function readDays(
  tiktok: TikTok,
  call: Parameters<typeof adReport>[1],
  report: InsightsReport,
): Promise<Insight[] | null> {
  const what = `the days ${call.from} to ${call.to}`
  const account = need(report, what, await accountReport(tiktok, call))
  if (account === null) return null
  const ads = need(report, what, await adReport(tiktok, call))
  return ads === null ? null : [...account, ...ads]
}

async function keepAll(
  ledger: Ledger,
  connectionId: string,
  { campaigns, adGroups, ads }: TikTokHierarchy,
): Promise<void> {
  const seenAt = ledger.now()
  const named = (row: { campaign_id: string; secondary_status: string | null }, name: string | null) => ({
    connection_id: connectionId,
    campaign_id: row.campaign_id,
    name: name ?? '',
    status: row.secondary_status ?? '',
    deleted: isDeleted(row.secondary_status) ? 1 : 0,
    seen_at: seenAt,
  })
  const rows = {
    campaigns: campaigns.map((row) => named(row, row.campaign_name)),
    adGroups: adGroups.map((row) => ({
      ...named(row, row.adgroup_name),
      adgroup_id: row.adgroup_id,
      click_days: row.click_attribution_window,
      view_days: row.view_attribution_window,
      engaged_view_days: row.engaged_view_attribution_window,
      event_count: row.attribution_event_count,
      optimization_goal: row.optimization_goal,
      optimization_event: row.optimization_event,
    })),
    ads: ads.map((row) => ({ ...named(row, row.ad_name), adgroup_id: row.adgroup_id, ad_id: row.ad_id })),
  }
  for (const kind of ['campaigns', 'adGroups', 'ads'] as const) {
    for (let at = 0; at < rows[kind].length; at += BATCH) {
      const batch = { [kind]: rows[kind].slice(at, at + BATCH) }
      await ledger.transaction((tx) => keepHierarchy(tx, batch))
    }
  }
}

/** Ad groups whose window nobody tells count as the workspace says. */
async function longestWindow(ledger: Ledger, connectionId: string, configured: number): Promise<number> {
  const windows = (await adGroupsOf(ledger.reader, connectionId)).map(({ click_days }) => click_days ?? 0)
  return windows.reduce((longest, days) => Math.max(longest, days), configured)
}

/** What the pixel received, day by UTC day. Other sets have no such figures. */
async function pullStatistics(
  tiktok: TikTok,
  {
    ledger,
    connection,
    call,
    ranges,
  }: {
    ledger: Ledger
    connection: Connection
    call: { token: string; advertiserId: string }
    ranges: readonly DayRange[]
  },
  report: InsightsReport,
): Promise<void> {
  const code = connection.eventSets.web
  if (code === undefined) return
  const pixels = need(report, `the pixel ${code}`, await pixelList(tiktok, { ...call, code }))
  const pixel = pixels?.find((each) => each.code === code)
  if (!pixel) return
  for (const day of ranges.flatMap(({ from, to }) => daysFromTo(from, to))) {
    const what = `what the pixel received on ${day}`
    const statistics = need(report, what, await pixelStatistics(tiktok, { ...call, pixelId: pixel.id, day }))
    if (statistics === null) return
    const stats = statistics.map((each) => ({ ...each, eventSourceId: code, day }))
    await ledger.transaction((tx) => putEventSetStats(tx, connection.id, { stats, pulledAt: ledger.now() }))
  }
}

/** What an answer brought; else null, and the report says what is missing and why. */
function need<T>(report: InsightsReport, what: string, answer: Asked<T>): T | null {
  if (answer.ok) return answer.value
  const { code, message, remedy } = answer.verdict
  report.problems.push({ what: `${what} could not be read: ${message} (${code})`, remedy })
  return null
}

function emptyReport(connectionId: string): InsightsReport {
  return {
    connectionId,
    timezone: '',
    currency: '',
    from: '',
    to: '',
    days: 0,
    restated: 0,
    campaigns: 0,
    ads: 0,
    rows: 0,
    requests: 0,
    problems: [],
  }
}
