import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insightsReport } from '../../core/analysis/reports/insights-report.ts'
import { keepHierarchy } from '../../core/ledger/hierarchy.ts'
import { addDayPulls } from '../../core/ledger/insight-days.ts'
import { addInsightVersions, putInsights } from '../../core/ledger/insights.ts'
import { type Figures, type Insight, METRICS } from '../../core/model/insight.ts'
import { InsightsReport } from '../../core/model/insights-report.ts'
import type { Connection } from '../../core/model/workspace.ts'
import type { OpenedLedger } from '../conformance/ledger-harness.ts'
import { openAt, openSqliteLedger } from '../support/open-ledger.ts'
import { usePostgres } from '../support/postgres.ts'
import { WORKSPACE } from './planted.ts'

const NOTHING = Object.fromEntries(METRICS.map((metric) => [metric, null])) as Figures
const DAY = '2026-11-01'
/** Midnight in New York that ends the day, by hand: the clocks went back in the morning. */
const END = Date.parse('2026-11-02T05:00:00Z')
const NOW = END + 3 * 86_400_000
const ADVERTISER = '7000000000000000001'

const insight = (
  level: Insight['level'],
  ids: string[],
  spend: number,
  purchases: number | null,
): Insight => ({
  day: DAY,
  level,
  entityId: ids.at(-1) ?? ADVERTISER,
  campaignId: ids[0] ?? '',
  adGroupId: ids[1] ?? '',
  figures: { ...NOTHING, spend_minor: spend, web_purchases: purchases },
})

async function fill({ ledger }: OpenedLedger): Promise<void> {
  const known = { connection_id: 'us-brand', status: 'STATUS_DELIVERY_OK', deleted: 0, seen_at: END }
  const group = {
    click_days: 7,
    view_days: 1,
    engaged_view_days: null,
    event_count: 'EVERY',
    optimization_goal: null,
    optimization_event: null,
  }
  await ledger.transaction(async (tx) => {
    await keepHierarchy(tx, {
      campaigns: [{ ...known, campaign_id: 'c1', name: 'Spring' }],
      adGroups: [{ ...known, ...group, campaign_id: 'c1', adgroup_id: 'g1', name: 'Lookalikes' }],
      ads: [{ ...known, campaign_id: 'c1', adgroup_id: 'g1', ad_id: 'a1', name: 'Video A', deleted: 1 }],
    })
    await putInsights(tx, 'us-brand', [
      insight('account', [], 5000, 9),
      insight('campaign', ['c1'], 3000, 7),
      insight('campaign', ['c2'], 2000, null),
      insight('ad_group', ['c1', 'g1'], 3000, 7),
      insight('ad', ['c1', 'g1', 'a1'], 3000, 7),
    ])
    const said = (purchases: number, pulledAt: number) =>
      addInsightVersions(tx, 'us-brand', { rows: [insight('account', [], 5000, purchases)], pulledAt })
    await said(2, END - 3_600_000)
    await said(7, END + 3_600_000)
    await said(9, END + 86_400_000)
    const pull = {
      connectionId: 'us-brand',
      day: DAY,
      timezone: 'America/New_York',
      currency: 'USD',
      clickDays: 7,
    }
    await addDayPulls(tx, [{ ...pull, pulledAt: END + 86_400_000, problem: '' }])
  })
}

function itTells(opened: () => OpenedLedger): void {
  const ask = (campaignId: string | null = null, adGroupId: string | null = null) =>
    insightsReport(opened().ledger.reader, {
      connection: WORKSPACE.connections[0] as Connection,
      from: '2026-10-31',
      to: DAY,
      campaignId,
      adGroupId,
      now: NOW,
    })

  it('tells of the account by day and by campaign, and which days TikTok changed', async () => {
    const report = await ask()
    expect(InsightsReport.parse(report)).toEqual(report)
    expect(report.total.counts.web_purchases).toBe(9)
    expect(report.days).toMatchObject([
      { day: '2026-10-31', state: 'incomplete', figures: null, restated: 0, versions: [] },
      { day: DAY, state: 'provisional', figures: { money: { spend: { amount: '50.00', currency: 'USD' } } } },
    ])
    // What was said while the day ran was no last word, so that the next is no change of one.
    expect(report.days[1]?.restated).toBe(1)
    expect(report.days[1]?.versions.map(({ figures }) => figures.counts.web_purchases)).toEqual([2, 7, 9])
    expect(report.level).toBe('campaign')
    expect(report.rows.map(({ name, figures }) => [name, figures.counts.web_purchases])).toEqual([
      ['Spring', 7],
      ['c2', null],
    ])
  })

  it('opens a campaign to its ad groups, and one of them to its ads', async () => {
    const campaign = await ask('c1')
    expect(campaign).toMatchObject({ level: 'ad_group', rows: [{ id: 'g1', name: 'Lookalikes' }] })
    const group = await ask('c1', 'g1')
    expect(group.path.map(({ name }) => name)).toEqual(['Spring', 'Lookalikes'])
    expect(group).toMatchObject({ level: 'ad', rows: [{ name: 'Video A', deleted: true }] })
    expect(group.days[1]?.figures?.counts.web_purchases).toBe(7)
    expect((await ask('c2')).rows).toEqual([])
  })
}

describe('the report of what TikTok said, on SQLite', () => {
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openSqliteLedger(() => NOW)
    await fill(opened)
  })
  afterAll(() => opened.close())
  itTells(() => opened)
})

describe('the report of what TikTok said, on PostgreSQL', () => {
  const postgres = usePostgres()
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openAt(await postgres.emptyLedger(), () => NOW)
    await fill(opened)
  })
  afterAll(() => opened.close())
  itTells(() => opened)
})
