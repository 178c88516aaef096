import { keepHierarchy } from '../../../core/ledger/hierarchy.ts'
import { addDayPulls } from '../../../core/ledger/insight-days.ts'
import { addInsightVersions, putInsights } from '../../../core/ledger/insights.ts'
import type { Ledger } from '../../../core/ledger/ledger.ts'
import { insertRows } from '../../../core/ledger/rows.ts'
import { dayEnd, daysFromTo } from '../../../core/model/account-day.ts'
import { type Figures, type Insight, METRICS } from '../../../core/model/insight.ts'
import type { Touchpoint } from '../../../core/model/record.ts'
import { FROM, type Planted, plant } from '../../analysis/planted.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const ZONE = 'America/New_York'
const ADVERTISER = '7000000000000000001'
const CAMPAIGNS = [
  { id: '1800000000000000001', name: 'Spring look-alikes' },
  { id: '1800000000000000002', name: 'Retargeting' },
] as const
const NOTHING = Object.fromEntries(METRICS.map((metric) => [metric, null])) as Figures

/** An October with something for every page of reports: 90 deals, of which 60 were delivered, and TikTok's own figures. */
export async function plantOctober(ledger: Ledger): Promise<void> {
  const deals = Array.from({ length: 90 }, (_, at) => dealOf(at))
  await plant(ledger, deals)
  await plantStages(ledger, deals)
  await plantTouches(ledger, deals)
  await plantFigures(ledger)
}

function dealOf(at: number): Planted {
  const wonAt = FROM + (at % 31) * DAY + 9 * HOUR
  const amount = { minor: 20_000 + at * 1_000, currency: 'USD' }
  const isSent = at % 3 !== 2
  const state = at % 9 === 2 ? 'rejected' : 'held'
  const delivery = {
    state: isSent ? ('accepted' as const) : (state as 'held'),
    at: wonAt,
    value: amount,
    test: false,
  }
  return {
    wonAt,
    amountThen: amount,
    amountNow: at === 0 ? { minor: 99_000, currency: 'USD' } : amount,
    stillWon: true,
    deleted: false,
    deliveries: isSent || at % 9 === 2 || at % 9 === 5 ? [delivery] : [],
    reason: at % 9 === 8 ? 'no_match_key' : null,
    click: at % 4 === 0 ? null : { at: wonAt - (at % 20) * DAY },
    listed: null,
  }
}

/** The stages before the last: every deal was qualified sooner after its click. */
async function plantStages({ db }: Ledger, deals: readonly Planted[]): Promise<void> {
  const rows = deals.flatMap(({ wonAt, click }, at) => {
    const clickedAt = click?.at ?? null
    if (wonAt === null || clickedAt === null) return []
    return ['qualified', 'proposal'].map((stage, step) => ({
      id: 1000 + at * 2 + step,
      source_id: 'shop-crm',
      key: `${stage}-${at}`,
      deal_id: at + 1,
      pipeline: null,
      stage,
      previous_stage: null,
      milestone: stage,
      occurred_at: clickedAt + Math.round((wonAt - clickedAt) * (step === 0 ? 0.2 : 0.6)),
      history_id: null,
      amount_minor: null,
      currency: null,
      browser_event: null,
      seen_at: wonAt,
    }))
  })
  await insertRows(db, 'stage_changes', rows)
}

async function plantTouches({ db }: Ledger, deals: readonly Planted[]): Promise<void> {
  const touch = (at: number, source: string, campaign: string | null): Touchpoint => ({
    at,
    kind: 'visit',
    ttclid: null,
    ttp: null,
    utm: { source, medium: 'paid', campaign, content: null, term: null, id: null },
    pageUrl: null,
    referrer: null,
  })
  const rows = deals.flatMap(({ wonAt }, at) => {
    if (wonAt === null || at % 10 === 9) return []
    const campaign = CAMPAIGNS[at % 2]?.name ?? ''
    const touches = [
      touch(wonAt - 12 * DAY, 'tiktok', campaign),
      ...(at % 3 === 0 ? [touch(wonAt - 5 * DAY, 'google', 'brand')] : []),
      ...(at % 5 === 0 ? [touch(wonAt - 2 * DAY, 'newsletter', 'october')] : []),
    ]
    return touches.map((each, nth) => ({
      deal_id: at + 1,
      digest: `${at}-${nth}`,
      at: each.at,
      content: JSON.stringify(each),
    }))
  })
  await insertRows(db, 'touchpoints', rows)
}

async function plantFigures(ledger: Ledger): Promise<void> {
  const days = daysFromTo('2026-10-01', '2026-10-31')
  const row = (
    day: string,
    level: Insight['level'],
    ids: readonly string[],
    share: number,
    more = 0,
  ): Insight => {
    const at = days.indexOf(day)
    return {
      day,
      level,
      entityId: ids.at(-1) ?? ADVERTISER,
      campaignId: ids[0] ?? '',
      adGroupId: ids[1] ?? '',
      figures: {
        ...NOTHING,
        spend_minor: Math.round((9_000 + (at % 7) * 1_300) * share),
        impressions: Math.round((21_000 + (at % 5) * 2_400) * share),
        clicks: Math.round((310 + (at % 6) * 24) * share),
        web_purchases: Math.round((1 + (at % 3) + more) * share),
        web_purchase_minor: Math.round((48_000 + at * 900) * share),
        crm_events: 0,
        crm_event_minor: 0,
      },
    }
  }
  const known = { connection_id: 'us-brand', status: 'CAMPAIGN_STATUS_ENABLE', deleted: 0, seen_at: FROM }
  const windows = { click_days: 7, view_days: 1, engaged_view_days: null, event_count: 'EVERY' }
  await ledger.transaction(async (tx) => {
    await keepHierarchy(tx, {
      campaigns: CAMPAIGNS.map(({ id, name }) => ({ ...known, campaign_id: id, name })),
      adGroups: CAMPAIGNS.map(({ id, name }) => ({
        ...known,
        ...windows,
        optimization_goal: null,
        optimization_event: null,
        campaign_id: id,
        adgroup_id: `${id}1`,
        name: `${name}, US`,
      })),
      ads: CAMPAIGNS.map(({ id }) => ({
        ...known,
        campaign_id: id,
        adgroup_id: `${id}1`,
        ad_id: `${id}11`,
        name: 'Video A',
      })),
    })
    await putInsights(
      tx,
      'us-brand',
      days.flatMap((day) => [
        row(day, 'account', [], 1),
        ...CAMPAIGNS.flatMap(({ id }, at) => {
          const share = at === 0 ? 0.7 : 0.3
          return [
            row(day, 'campaign', [id], share),
            row(day, 'ad_group', [id, `${id}1`], share),
            row(day, 'ad', [id, `${id}1`, `${id}11`], share),
          ]
        }),
      ]),
    )
    for (const [at, day] of days.entries()) {
      const ended = dayEnd(day, ZONE)
      const say = (pulledAt: number, more: number) =>
        addInsightVersions(tx, 'us-brand', { rows: [row(day, 'account', [], 1, more)], pulledAt })
      if (at % 6 === 4) await say(ended + 5 * HOUR, -1)
      await say(ended + 3 * DAY, 0)
      const pull = {
        connectionId: 'us-brand',
        day,
        problem: '',
        timezone: ZONE,
        currency: 'USD',
        clickDays: 7,
      }
      // The last three were never pulled again, so that TikTok may still add to them.
      await addDayPulls(tx, [{ ...pull, pulledAt: ended + (at < 28 ? 12 : 3) * DAY }])
    }
  })
}
