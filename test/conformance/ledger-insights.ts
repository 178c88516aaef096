import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventSetStats, putEventSetStats } from '../../core/ledger/event-set-stats.ts'
import {
  type AdGroupRow,
  adGroupsOf,
  adsById,
  campaignsOf,
  keepHierarchy,
} from '../../core/ledger/hierarchy.ts'
import { addDayPulls, type DayPull, insightDays, lastAccount } from '../../core/ledger/insight-days.ts'
import {
  addInsightVersions,
  insightsOfDay,
  insightTotals,
  insightTrend,
  putInsights,
} from '../../core/ledger/insights.ts'
import { putSpend, spendByChannel } from '../../core/ledger/spend.ts'
import { type Figures, type Insight, METRICS } from '../../core/model/insight.ts'
import { HOUR, type OpenLedger, START, useLedger } from './ledger-harness.ts'

const NOTHING = Object.fromEntries(METRICS.map((metric) => [metric, null])) as Figures

function insight(day: string, campaignId: string, figures: Partial<Figures>): Insight {
  return {
    day,
    level: 'campaign',
    entityId: campaignId,
    campaignId,
    adGroupId: '',
    figures: { ...NOTHING, ...figures },
  }
}

const pull = (day: string, given: Partial<DayPull> = {}): DayPull => ({
  connectionId: 'us-brand',
  day,
  pulledAt: START,
  problem: '',
  timezone: 'America/New_York',
  currency: 'USD',
  clickDays: 7,
  ...given,
})

const QUERY = { connectionId: 'us-brand', from: '2026-11-01', to: '2026-11-30' }

/** What the ledger keeps of TikTok's own figures, and of what other channels cost. */
export function describeInsights(open: OpenLedger): void {
  const rig = useLedger(open)
  const put = (...rows: Insight[]) => rig.ledger().transaction((tx) => putInsights(tx, 'us-brand', rows))
  const say = (pulledAt: number, ...rows: Insight[]) =>
    rig.ledger().transaction((tx) => addInsightVersions(tx, 'us-brand', { rows, pulledAt }))

  describe('Insights', () => {
    it('come to what was pulled last, whatever was pulled before and how often', async () => {
      const day = fc.constantFrom('2026-11-01', '2026-11-02', '2026-11-03')
      const row = fc.record({
        day,
        campaign: fc.constantFrom('c1', 'c2'),
        spend: fc.integer({ min: 0, max: 1e9 }),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (pulls) => {
          await rig.ledger().db.deleteFrom('insights').execute()
          const last = new Map<string, number>()
          for (const { day, campaign, spend } of pulls) {
            await put(insight(day, campaign, { spend_minor: spend }))
            last.set(`${day} ${campaign}`, spend)
          }
          const totals = await insightTotals(rig.ledger().db, { ...QUERY, level: 'campaign' })
          const sum = totals.reduce((all, { figures }) => all + (figures.spend_minor ?? 0n), 0n)
          expect(sum).toBe([...last.values()].reduce((all, spend) => all + BigInt(spend), 0n))
        }),
        { numRuns: 15 },
      )
    })

    it('add up by thing and by day, and tell "nothing to say" from zero', async () => {
      await put(
        insight('2026-11-01', 'c1', { spend_minor: Number.MAX_SAFE_INTEGER, clicks: 3 }),
        insight('2026-11-02', 'c1', { spend_minor: Number.MAX_SAFE_INTEGER, clicks: 0 }),
        insight('2026-11-02', 'c2', { spend_minor: 5 }),
        insight('2026-12-01', 'c1', { clicks: 99 }),
      )
      const { reader, db } = rig.ledger()
      const totals = await insightTotals(reader, { ...QUERY, level: 'campaign' })
      expect(totals.map(({ entityId, figures }) => [entityId, figures.spend_minor, figures.clicks])).toEqual([
        ['c1', 2n * BigInt(Number.MAX_SAFE_INTEGER), 3n],
        ['c2', 5n, null],
      ])
      const trend = await insightTrend(reader, { ...QUERY, level: 'campaign', entityId: 'c1' })
      expect(trend.map(({ day, figures }) => [day, figures.clicks])).toEqual([
        ['2026-11-01', 3n],
        ['2026-11-02', 0n],
      ])
      expect(await insightTotals(reader, { ...QUERY, level: 'ad' })).toEqual([])
      expect(await insightsOfDay(db, { connectionId: 'us-brand', day: '2026-12-01' })).toEqual([
        insight('2026-12-01', 'c1', { clicks: 99 }),
      ])
    })

    it('are told again as TikTok told them on an earlier day', async () => {
      const { reader } = rig.ledger()
      await say(
        START,
        insight('2026-11-01', 'c1', { clicks: 3 }),
        insight('2026-11-02', 'c1', { clicks: 10 }),
      )
      await say(START + HOUR, insight('2026-11-01', 'c1', { clicks: 5 }))
      const clicksAsOf = async (asOf: number) =>
        (await insightTotals(reader, { ...QUERY, level: 'campaign', asOf })).map(
          ({ figures }) => figures.clicks,
        )
      expect(await clicksAsOf(START - 1)).toEqual([])
      expect(await clicksAsOf(START)).toEqual([13n])
      expect(await clicksAsOf(START + HOUR - 1)).toEqual([13n])
      expect(await clicksAsOf(START + HOUR)).toEqual([15n])
    })

    it('know of each day when it was pulled whole, and what went wrong since', async () => {
      const { db, reader } = rig.ledger()
      await addDayPulls(db, [pull('2026-11-01'), pull('2026-11-02', { problem: 'page 2 failed' })])
      await addDayPulls(db, [
        pull('2026-11-01', { pulledAt: START + HOUR, problem: 'throttled', timezone: 'UTC', clickDays: 28 }),
        pull('2026-11-02', { pulledAt: START + HOUR, clickDays: 14 }),
      ])
      const account = { timezone: 'America/New_York', currency: 'USD' }
      const first = { day: '2026-11-01', completeAt: START, ...account, clickDays: 7 }
      expect(await insightDays(reader, QUERY)).toEqual([
        { ...first, failedAt: START + HOUR, problem: 'throttled' },
        {
          day: '2026-11-02',
          completeAt: START + HOUR,
          failedAt: null,
          problem: '',
          ...account,
          clickDays: 14,
        },
      ])
      expect((await insightDays(reader, { ...QUERY, asOf: START }))[0]).toEqual({
        ...first,
        failedAt: null,
        problem: '',
      })
      expect(await lastAccount(db, 'us-brand')).toEqual(account)
      expect(await lastAccount(db, 'eu-brand')).toBeNull()
    })
  })

  it('keeps the hierarchy as it was seen last, also of what is gone', async () => {
    const campaign = {
      connection_id: 'us-brand',
      campaign_id: 'c1',
      name: 'Spring',
      status: 'CAMPAIGN_STATUS_ENABLE',
      deleted: 0,
      seen_at: START,
    }
    const adGroup: AdGroupRow = {
      ...campaign,
      adgroup_id: 'g1',
      click_days: 7,
      view_days: 1,
      engaged_view_days: null,
      event_count: 'EVERY',
      optimization_goal: 'CONVERT',
      optimization_event: 'SHOPPING',
    }
    const ad = { ...campaign, adgroup_id: 'g1', ad_id: 'a1' }
    const { db, reader } = rig.ledger()
    await keepHierarchy(db, { campaigns: [campaign], adGroups: [adGroup], ads: [ad] })
    const gone = { ...campaign, name: 'Spring 2', status: 'CAMPAIGN_STATUS_DELETE', deleted: 1 }
    await keepHierarchy(db, { campaigns: [gone], adGroups: [{ ...adGroup, click_days: 28 }] })
    expect(await campaignsOf(reader, 'us-brand')).toEqual([gone])
    expect(await adGroupsOf(reader, 'us-brand')).toEqual([{ ...adGroup, click_days: 28 }])
    expect(await adsById(reader, 'us-brand', ['a1', 'a2'])).toEqual([ad])
    expect(await adsById(reader, 'eu-brand', ['a1'])).toEqual([])
  })

  it('keeps what a pixel received, once a day and event', async () => {
    const { db, reader } = rig.ledger()
    const stats = {
      eventSourceId: 'C4',
      event: 'Purchase',
      day: '2026-11-20',
      received: 3,
      browser: 1,
      server: 2,
      attributed: 1,
    }
    await putEventSetStats(db, 'us-brand', { stats: [stats, { ...stats, event: 'Lead' }], pulledAt: START })
    await putEventSetStats(db, 'us-brand', { stats: [{ ...stats, attributed: 2 }], pulledAt: START + HOUR })
    expect(await eventSetStats(reader, { ...QUERY, event: 'Purchase' })).toEqual([
      { ...stats, attributed: 2 },
    ])
    expect(await eventSetStats(reader, QUERY)).toHaveLength(2)
    expect(await eventSetStats(reader, { ...QUERY, connectionId: 'eu-brand' })).toEqual([])
  })

  it('keeps what other channels cost once, however often it is imported', async () => {
    const { db, reader } = rig.ledger()
    const spend = (campaign: string, minor: number) => ({
      day: '2026-11-20',
      channel: 'google',
      campaign,
      amount: { minor, currency: 'USD' },
    })
    expect(await putSpend(db, [spend('a', 100), spend('b', 200)], START)).toEqual({ added: 2, changed: 0 })
    expect(await putSpend(db, [spend('a', 100), spend('b', 250), spend('', 1)], START + HOUR)).toEqual({
      added: 1,
      changed: 1,
    })
    expect(await spendByChannel(reader, QUERY)).toEqual([
      { channel: 'google', campaign: '', currency: 'USD', minor: 1n },
      { channel: 'google', campaign: 'a', currency: 'USD', minor: 100n },
      { channel: 'google', campaign: 'b', currency: 'USD', minor: 250n },
    ])
  })
}
