import { describe, expect, it } from 'vitest'
import { eventSetStats } from '../../../core/ledger/event-set-stats.ts'
import { campaignsOf } from '../../../core/ledger/hierarchy.ts'
import { insightDays } from '../../../core/ledger/insight-days.ts'
import { type InsightScope, insightTotals, insightTrend } from '../../../core/ledger/insights.ts'
import { insightDayState } from '../../../core/model/insight-day.ts'
import { DAY, HOUR } from '../../../core/model/time.ts'
import { pullInsights } from '../../../core/pipeline/insights/pull.ts'
import type { AdsInput } from '../../../fixtures/sandbox/tiktok/ad-shapes.ts'
import { AD, ADVERTISER, CAMPAIGN, ONE_AD, spent } from '../../support/ad-samples.ts'
import { onBothEngines } from '../../support/engines.ts'
import type { Pair } from '../../support/pair.ts'
import { connection, settings } from '../../support/samples.ts'
import { usePair } from '../../support/use-pair.ts'

const WHOLE = { connectionId: 'us-brand', from: '2026-10-01', to: '2026-12-31' }

/** Reads what the ledger holds after pulls of the first connection. */
function reading(pair: Pair, configured = connection()) {
  const { ledger } = pair.closeback
  return {
    pull: async (days?: number) => {
      const { connections } = await pair.closeback.pipeline.settings()
      const [one] = [...connections.values()]
      if (!one) throw new Error(`no connection ${configured.id}`)
      return pullInsights(pair.closeback.pipeline, one, { days })
    },
    spend: async (scope: Partial<InsightScope> = {}) => {
      const rows = await insightTrend(ledger.reader, {
        ...WHOLE,
        level: 'campaign',
        ...scope,
      } as InsightScope)
      return Object.fromEntries(
        rows.map(({ day, figures }) => [day, Number(figures.spend_minor ?? -1) / 100]),
      )
    },
    days: () => insightDays(ledger.reader, WHOLE),
    states: async (timezone = 'America/New_York') =>
      Object.fromEntries(
        (await insightDays(ledger.reader, WHOLE)).map((day) => [
          day.day,
          insightDayState(day, { now: pair.clock.now(), timezone, correctionHour: 12 }),
        ]),
      ),
  }
}

async function start(
  pairOf: (options?: { settings?: ReturnType<typeof settings>; start?: number }) => Promise<Pair>,
  ads: AdsInput,
  options = {},
) {
  const pair = await pairOf(options)
  pair.sandbox.state.switches.set({ 'rate.marketingTier': 'off' })
  pair.sandbox.state.ads.add(ads)
  return pair
}

onBothEngines('a pull of Insights', (pairOf) => {
  it('brings the hierarchy, deleted things too, and each level’s figures once', async () => {
    const pair = await start(pairOf, {
      ...ONE_AD,
      campaigns: [
        ...(ONE_AD.campaigns ?? []),
        { id: '1800000002', advertiserId: ADVERTISER, name: 'Gone', deleted: true },
      ],
      adGroups: [
        ...(ONE_AD.adGroups ?? []),
        { id: '1810000002', campaignId: '1800000002', name: 'Its group' },
      ],
      ads: [...(ONE_AD.ads ?? []), { id: '1820000002', adGroupId: '1810000002', name: 'Its ad' }],
      delivery: [
        ...spent({ '2026-11-18': 10.5, '2026-11-19': 20 }),
        ...spent({ '2026-11-18': 7 }, '1820000002'),
      ],
      clicks: [{ adId: AD, at: '2026-11-18T20:00:00Z', ttclid: 'E.C.P.1' }],
    })
    const { pull, states } = reading(pair)
    // The account, three lists, two reports, the pixel, and what it received on each day.
    const requests = 1 + 3 + 2 + 1 + 14
    expect(await pull()).toMatchObject({
      days: 14,
      restated: 0,
      campaigns: 2,
      ads: 2,
      requests,
      problems: [],
    })
    const { reader } = pair.closeback.ledger
    for (const level of ['account', 'campaign', 'ad_group', 'ad'] as const) {
      const totals = await insightTotals(reader, { ...WHOLE, level })
      expect(totals.reduce((sum, { figures }) => sum + (figures.spend_minor ?? 0n), 0n)).toBe(3750n)
    }
    const [own] = await insightTotals(reader, { ...WHOLE, level: 'ad', entityId: AD })
    expect(own).toMatchObject({ campaignId: CAMPAIGN, adGroupId: '1810000001' })
    expect(own?.figures).toMatchObject({ clicks: 21n, conversions: 0n, web_purchase_minor: 0n })
    expect((await campaignsOf(reader, 'us-brand')).map(({ name, deleted }) => [name, deleted])).toEqual([
      ['Spring', 0],
      ['Gone', 1],
    ])
    expect(await states()).toMatchObject({ '2026-11-19': 'provisional', '2026-11-20': 'open' })
  })

  it('adds nothing when it is made again, and says what TikTok changed since', async () => {
    const pair = await start(
      pairOf,
      {
        ...ONE_AD,
        delivery: spent({ '2026-11-18': 100, '2026-11-19': 50 }),
        corrections: spent({ '2026-11-19': 40 }),
      },
      { start: Date.parse('2026-11-20T11:00:00Z') },
    )
    const { pull, spend } = reading(pair)
    const first = pair.clock.now()
    await pull()
    expect(await pull()).toMatchObject({ restated: 0 })
    expect(await spend()).toEqual({ '2026-11-18': 100, '2026-11-19': 50 })
    pair.clock.pass(2 * HOUR)
    expect(await pull()).toMatchObject({ restated: 1 })
    expect(await spend()).toEqual({ '2026-11-18': 100, '2026-11-19': 40 })
    expect(await spend({ asOf: first })).toEqual({ '2026-11-18': 100, '2026-11-19': 50 })
    expect(await spend({ level: 'account', asOf: first + HOUR })).toMatchObject({ '2026-11-19': 50 })
  })

  it('keeps the whole figures of before when a page fails, marks the days, and mends them next time', async () => {
    const pair = await start(pairOf, { ...ONE_AD, delivery: spent({ '2026-11-18': 100 }) })
    const { pull, spend, states, days } = reading(pair)
    await pull()
    // 1,002 rows on one day: a second page.
    const more = Array.from({ length: 1001 }, (_, n) => `18300${10_000 + n}`)
    pair.sandbox.state.ads.add({
      ads: more.map((id) => ({ id, adGroupId: '1810000001', name: id })),
      delivery: more.flatMap((id) => spent({ '2026-11-18': 1 }, id)),
    })
    const REPORT = { path: '/report/integrated/get/' }
    pair.sandbox.state.faults.set([
      { kind: 'envelope', code: 40002, message: 'no', match: REPORT, skip: 2, times: 1 },
    ])
    pair.clock.pass(HOUR)
    const report = await pull()
    expect(report.problems[0]?.what).toContain('2026-11-07 to 2026-11-20 could not be read')
    expect(await spend()).toEqual({ '2026-11-18': 100 })
    expect(await states()).toMatchObject({ '2026-11-18': 'incomplete' })
    expect((await days()).find(({ day }) => day === '2026-11-18')?.problem).toContain('40002')
    pair.clock.pass(HOUR)
    expect(await pull()).toMatchObject({ problems: [], restated: 1 })
    expect(await spend()).toEqual({ '2026-11-18': 1101 })
    expect(await states()).toMatchObject({ '2026-11-18': 'provisional' })
  })
})

describe('a pull of Insights through trouble', () => {
  const pairOf = usePair()

  it('waits and asks again when TikTok is busy in the middle of it', async () => {
    const pair = await start(pairOf, { ...ONE_AD, delivery: spent({ '2026-11-18': 100 }) })
    const waits: number[] = []
    pair.closeback.pipeline.wait = async (ms) => {
      waits.push(ms)
    }
    pair.sandbox.state.faults.set([
      { kind: 'envelope', code: 40100, match: { path: '/report/integrated/get/' }, skip: 1, times: 2 },
      { kind: 'http', match: { path: '/adgroup/get/' } },
    ])
    const { pull, spend } = reading(pair)
    expect(await pull()).toMatchObject({ problems: [], days: 14 })
    expect(await spend()).toEqual({ '2026-11-18': 100 })
    // A second for the gateway's answer; one and four for the busy ones.
    expect(waits.filter((ms) => ms >= 1000)).toHaveLength(1 + 1 + 4)
  })

  it('gives up on what stays busy, names it, and marks the days', async () => {
    const pair = await start(pairOf, ONE_AD)
    pair.sandbox.state.faults.set([
      { kind: 'envelope', code: 40100, match: { path: '/report/integrated/get/' }, times: 'forever' },
    ])
    const { pull, states } = reading(pair)
    expect((await pull()).problems[0]?.what).toContain('(40100)')
    expect(new Set(Object.values(await states()))).toEqual(new Set(['incomplete', 'open']))
  })

  it('catches up on the days a host was away, and on those that were never final', async () => {
    const pair = await start(pairOf, {
      ...ONE_AD,
      delivery: spent({ '2026-11-10': 1, '2026-11-25': 2, '2026-12-20': 3 }),
    })
    const { pull, spend, states } = reading(pair)
    await pull()
    pair.clock.pass(40 * DAY)
    expect(await pull()).toMatchObject({ from: '2026-11-13', to: '2026-12-30', problems: [] })
    expect(await spend()).toEqual({ '2026-11-10': 1, '2026-11-25': 2, '2026-12-20': 3 })
    expect(await states()).toMatchObject({
      '2026-11-08': 'final',
      '2026-12-20': 'final',
      '2026-12-23': 'provisional',
    })
    pair.clock.pass(HOUR)
    expect(await pull()).toMatchObject({ from: '2026-12-17', days: 14 })
  })

  it('counts every day anew when the account’s time zone or currency changed', async () => {
    const pair = await start(pairOf, { ...ONE_AD, delivery: spent({ '2026-10-25': 5, '2026-11-18': 100 }) })
    const { pull, states, days } = reading(pair)
    await pull(30)
    expect((await states())['2026-10-25']).toBe('final')
    pair.sandbox.state.seed.advertisers[0]!.timezone = 'Europe/Berlin'
    expect((await states('Europe/Berlin'))['2026-10-25']).toBe('incomplete')
    pair.clock.pass(HOUR)
    expect(await pull()).toMatchObject({ from: '2026-10-22', timezone: 'Europe/Berlin', problems: [] })
    expect((await states('Europe/Berlin'))['2026-10-25']).toBe('final')
    pair.sandbox.state.seed.advertisers[0]!.currency = 'EUR'
    pair.clock.pass(HOUR)
    expect(await pull()).toMatchObject({ from: '2026-10-22', currency: 'EUR' })
    expect(new Set((await days()).map(({ currency }) => currency))).toEqual(new Set(['EUR']))
  })

  it.each([
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
  ])('has one row an account day where clocks change: %s %s', async (timezone, day, hours) => {
    const pair = await start(pairOf, ONE_AD, {
      start: Date.parse(`${day}T00:00:00Z`) + 3 * DAY,
      settings: settings({ connections: [connection({ timezone })] }),
    })
    pair.sandbox.state.seed.advertisers[0]!.timezone = timezone
    // A click every half hour of three days around the change: each belongs to exactly one day.
    const from = Date.parse(`${day}T00:00:00Z`) - 2 * DAY
    pair.sandbox.state.ads.add({
      clicks: Array.from({ length: 48 * 4 }, (_, n) => ({ adId: AD, at: from + (n * HOUR) / 2 })),
    })
    await reading(pair).pull()
    const { reader } = pair.closeback.ledger
    const trend = await insightTrend(reader, { ...WHOLE, from: '2026-09-01', level: 'ad' })
    const clicks = new Map(trend.map(({ day, figures }) => [day, Number(figures.clicks)]))
    expect(clicks.get(day)).toBe(hours * 2)
    expect([...clicks.values()].reduce((sum, each) => sum + each, 0)).toBe(48 * 4)
  })

  it('keeps what the pixel received and what was attributed of it, by UTC day', async () => {
    const pair = await start(pairOf, {
      ...ONE_AD,
      clicks: [{ adId: AD, at: '2026-11-19T10:00:00Z', ttclid: 'E.C.P.1' }],
    })
    await pair.post([
      {
        id: 'evt-1',
        record: { type: 'deal', id: 'D-1' },
        stage: 'won',
        occurredAt: '2026-11-20T10:00:00Z',
        amount: '10.00',
        currency: 'USD',
        contact: { email: 'ada@example.com' },
        click: { ttclid: 'E.C.P.1' },
      },
    ])
    await pair.cycle()
    pair.clock.pass(HOUR)
    await reading(pair).pull()
    expect(await eventSetStats(pair.closeback.ledger.reader, WHOLE)).toEqual([
      {
        eventSourceId: 'C4AAAAAAAAAAAAAAAAAA',
        event: 'Purchase',
        day: '2026-11-20',
        received: 1,
        browser: 0,
        server: 1,
        attributed: 1,
      },
    ])
    const [total] = await insightTotals(pair.closeback.ledger.reader, { ...WHOLE, level: 'campaign' })
    expect(total?.figures).toMatchObject({ web_purchases: 1n, web_purchase_minor: 1000n, conversions: 1n })
  })
})
