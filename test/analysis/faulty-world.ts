import { createHash } from 'node:crypto'
import { eventIdOf } from '../../core/mapping/event-id.ts'
import type { Reconciliation } from '../../core/model/reconciliation.ts'
import { pullNow } from '../../core/pipeline/insights/daily.ts'
import type { AdsInput } from '../../fixtures/sandbox/tiktok/ad-shapes.ts'
import { makeReconciliations } from '../../server/reconciliation/make-reports.ts'
import type { Pair, PairOptions } from '../support/pair.ts'
import { connection, type Item, PIXEL, rule, settings, source, won } from '../support/samples.ts'

export const FAULTS = [
  'lost_ttclid',
  'late_firing',
  'double_counting',
  'wrong_window',
  'time_zone',
  'currency',
  'test_events',
  'rejected',
  'pixel_merges',
  'pixel_only',
  'view_through',
] as const
export type Fault = (typeof FAULTS)[number]

/** A day and a half after the period, 1 to 10 October in New York. */
const NOON = Date.parse('2026-10-12T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const CAMPAIGN = '1700000000000001'
const AD = '1900000000000001'
const email = (name: string) => `${name.toLowerCase()}@example.com`
const hashed = (name: string) => createHash('sha256').update(email(name)).digest('hex')
const at = (text: string) => Date.parse(text)

interface Plan {
  items: Item[]
  /** Sent while the connection has a test code. */
  tests: Item[]
  clicks: NonNullable<AdsInput['clicks']>
  views: NonNullable<AdsInput['views']>
  /** Events of others, as they are posted to TikTok. */
  planted: Record<string, unknown>[]
  /** Records whose event TikTok refuses. */
  refused: string[]
  accountTimezone: string | null
  clickDays: number
}

const START_OF = { occurredAt: '2026-10-06T15:00:00Z' }

/** A deal that was won after a click that TikTok knows, so many days before. */
function clicked(plan: Plan, name: string, days: number, given: Record<string, unknown> = {}): Item {
  const occurredAt = String(given.occurredAt ?? START_OF.occurredAt)
  const clickedAt = at(occurredAt) - days * DAY
  plan.clicks.push({ adId: AD, at: clickedAt, ttclid: `E.C.P.${name}`, email: hashed(name) })
  return won(name, {
    ...START_OF,
    click: { ttclid: `E.C.P.${name}`, clickedAt: new Date(clickedAt).toISOString() },
    utm: { source: 'tiktok', id: CAMPAIGN },
    ...given,
  })
}

function pixelEvent(name: string, id: string, occurredAt = START_OF.occurredAt): Record<string, unknown> {
  return {
    event_source: 'web',
    event_source_id: PIXEL,
    event: 'Purchase',
    event_id: id,
    event_time: Math.floor(at(occurredAt) / 1000),
    user: { ttclid: `E.C.P.${name}`, email: hashed(name) },
    page: { url: 'https://shop.example/thanks' },
    properties: { value: 4200, currency: 'USD' },
  }
}

const PLANT: Record<Fault, (plan: Plan) => void> = {
  lost_ttclid(plan) {
    // One that TikTok knows by the e-mail address, one that it does not know at all.
    clicked(plan, 'Lost-1', 1)
    plan.items.push(won('Lost-1', START_OF), won('Lost-2', START_OF))
  },
  late_firing(plan) {
    plan.items.push(clicked(plan, 'Late-1', 9), clicked(plan, 'Late-2', 20))
  },
  double_counting(plan) {
    plan.items.push(clicked(plan, 'Double-1', 1))
    plan.planted.push(pixelEvent('Double-1', 'tag-1'))
  },
  wrong_window(plan) {
    plan.clickDays = 28
    plan.items.push(clicked(plan, 'Window-1', 10))
  },
  time_zone(plan) {
    plan.accountTimezone = 'Asia/Tokyo'
    // The last evening in New York is the next day in Tokyo, and the evening before the first day is the first.
    plan.items.push(clicked(plan, 'Zone-1', 0.01, { occurredAt: '2026-10-11T02:00:00Z' }))
    plan.items.push(clicked(plan, 'Zone-2', 0.01, { occurredAt: '2026-09-30T20:00:00Z' }))
  },
  currency(plan) {
    plan.items.push(clicked(plan, 'Euro-1', 1, { amount: '1000.00', currency: 'EUR' }))
  },
  test_events(plan) {
    plan.tests.push(clicked(plan, 'Test-1', 1), clicked(plan, 'Test-2', 1))
  },
  rejected(plan) {
    plan.items.push(clicked(plan, 'Refused-1', 1))
    plan.refused.push('Refused-1')
  },
  pixel_merges(plan) {
    const occurredAt = '2026-10-10T22:00:00Z'
    const own = { occurredAt, eventId: 'browser-1', eventName: 'Purchase' }
    plan.items.push(clicked(plan, 'Merged-1', 1, own))
    plan.planted.push(pixelEvent('Merged-1', 'browser-1', occurredAt))
  },
  pixel_only(plan) {
    clicked(plan, 'Pixel-1', 1)
    plan.planted.push(pixelEvent('Pixel-1', 'tag-9'))
  },
  view_through(plan) {
    plan.views.push({ adId: AD, at: at(START_OF.occurredAt) - 6 * HOUR, email: hashed('Seen-1') })
    plan.items.push(won('Seen-1', START_OF))
  },
}

/** What a deal that TikTok should know is: clicked, tracked, and then forgotten by TikTok. A fault of no step. */
export const OUTSIDE = 'forgotten_click'

const EVENT = { id: 'us-brand', event: 'Purchase' }

/** Plays a period with faults planted, lets all days become final, and reconciles it. */
export async function playFaulty(
  pairOf: (options: PairOptions) => Promise<Pair>,
  faults: readonly (Fault | typeof OUTSIDE)[],
): Promise<{ pair: Pair; report: Reconciliation }> {
  const plan: Plan = {
    items: [],
    tests: [],
    clicks: [],
    views: [],
    planted: [],
    refused: [],
    accountTimezone: null,
    clickDays: 7,
  }
  plan.items.push(...[1, 2, 3].map((n) => clicked(plan, `Good-${n}`, n)))
  for (const fault of faults) if (fault !== OUTSIDE) PLANT[fault](plan)
  if (faults.includes(OUTSIDE)) {
    plan.items.push(clicked(plan, 'Forgotten-1', 1), clicked(plan, 'Forgotten-2', 2))
    plan.clicks = plan.clicks.filter(({ ttclid }) => !ttclid?.includes('Forgotten'))
  }
  const workspace = (testEventCode?: string) =>
    settings({
      connections: [
        connection({
          startAt: '2026-09-01T00:00:00Z',
          windows: { clickDays: plan.clickDays, viewDays: 1 },
          delivery: testEventCode === undefined ? {} : { testEventCode },
        }),
      ],
      sources: [source()],
      rules: [rule()],
      rates: [{ date: '2026-01-01', from: 'EUR', to: 'USD', rate: '1.08' }],
    })
  const pair = await pairOf({ start: NOON, settings: workspace() })
  const { state } = pair.sandbox
  state.ads.add({
    campaigns: [{ id: CAMPAIGN, advertiserId: '7000000000000000001', name: 'Autumn' }],
    adGroups: [{ id: '1800000000000001', campaignId: CAMPAIGN, name: 'Broad', clickDays: 7, viewDays: 1 }],
    ads: [{ id: AD, adGroupId: '1800000000000001', name: 'Video' }],
    delivery: [{ adId: AD, day: '2026-10-02', spend: 250, impressions: 1000, clicks: 40 }],
    clicks: plan.clicks,
    views: plan.views,
    rates: [{ from: 'EUR', to: 'USD', rate: 1.1 }],
  })
  if (plan.accountTimezone !== null) {
    const account = state.seed.advertisers.find(({ id }) => id === '7000000000000000001')
    if (account) account.timezone = plan.accountTimezone
  }
  const response = await fetch(`${pair.sandbox.url}/_sandbox/plant`, {
    method: 'POST',
    body: JSON.stringify(plan.planted),
  })
  if (!response.ok) throw new Error(await response.text())
  if (plan.tests.length > 0) {
    await pair.apply(workspace('TEST123'), { prune: true })
    await pair.post(plan.tests)
    await pair.cycle()
    await pair.apply(workspace(), { prune: true })
  }
  const uid = (await pair.closeback.pipeline.settings()).uids.get('shop-crm') ?? ''
  if (plan.refused.length > 0) {
    const eventIds = plan.refused.map((id) => eventIdOf(uid, { type: 'deal', id }, 'won'))
    state.faults.set([{ kind: 'poison', eventIds, times: 'forever' }])
  }
  await pair.post(plan.items)
  await pair.cycle()
  pair.clock.pass(45 * DAY)
  const { connections } = await pair.closeback.pipeline.settings()
  const own = connections.get(EVENT.id)
  if (!own) throw new Error('the workspace has no connection')
  // TikTok takes ten requests a second, and a test's clock stands still.
  state.switches.set({ 'rate.marketingTier': 'off' })
  pair.closeback.pipeline.wait = () => Promise.resolve()
  const { problems } = await pullNow(pair.closeback.pipeline, own, { days: 60 })
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const order = {
    from: '2026-10-01',
    to: '2026-10-10',
    connectionId: EVENT.id,
    event: EVENT.event,
    asOf: null,
    crm: null,
  }
  const [report] = await makeReconciliations(pair.closeback, order)
  if (!report) throw new Error('no report was made')
  return { pair, report }
}
