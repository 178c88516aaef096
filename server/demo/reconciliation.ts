import { accountDay } from '../../core/model/account-day.ts'
import type { Reconciliation } from '../../core/model/reconciliation.ts'
import { DAY } from '../../core/model/time.ts'
import { pullNow } from '../../core/pipeline/insights/daily.ts'
import type { TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { clicksOf, STORY_DAYS } from '../../fixtures/scenarios/weeks.ts'
import type { Closeback } from '../compose.ts'
import { makeReconciliations } from '../reconciliation/make-reports.ts'
import { causeTitle, moneyText, valuesText, verdict } from '../reconciliation/words.ts'
import { HUBSPOT_CLICK } from './hubspot.ts'
import { SALESFORCE_CLICK } from './salesforce.ts'
import { RATES } from './workspace.ts'

const CONNECTION = 'us-brand'
const ADVERTISER = '7000000000000000001'
const CAMPAIGN = { id: '1700000000000000001', advertiserId: ADVERTISER, name: 'spring' }
const AD_GROUP = {
  id: '1800000000000000001',
  campaignId: CAMPAIGN.id,
  name: 'broad',
  clickDays: 14,
  viewDays: 1,
} as const
/** The shop's only ad. */
export const AD = { id: '1900000000000000001', adGroupId: AD_GROUP.id, name: 'video' }
/** What the shop spends a day, in its account's currency. */
const SPEND = 45

/** Tells the simulated TikTok what the shop advertises with and who clicks, before the story begins. */
export function advertise({ state }: TikTokSandbox, start: number): void {
  const { timezone } = state.seed.advertisers.find(({ id }) => id === ADVERTISER) ?? { timezone: 'UTC' }
  state.ads.add({
    campaigns: [CAMPAIGN],
    adGroups: [AD_GROUP],
    ads: [AD],
    clicks: [
      ...clicksOf(start),
      { ttclid: HUBSPOT_CLICK, at: start + (STORY_DAYS - 1) * DAY },
      { ttclid: SALESFORCE_CLICK, at: start + (STORY_DAYS - 1) * DAY },
    ].map((click) => ({ adId: AD.id, ...click })),
    rates: RATES.map(({ from, to, rate }) => ({ from, to, rate: Number(rate) })),
    delivery: Array.from({ length: STORY_DAYS }, (_, day) => ({
      adId: AD.id,
      day: accountDay(start + day * DAY, timezone),
      spend: SPEND,
      impressions: 4000,
      clicks: 60,
    })),
  })
}

/** Pulls what TikTok reports of the story, and holds the three books of its purchases against each other. */
export async function reconcileStory(closeback: Closeback, start: number): Promise<Reconciliation> {
  const connection = (await closeback.pipeline.settings()).connections.get(CONNECTION)
  if (!connection) throw new Error('the demo has no connection')
  const now = closeback.ledger.now()
  await pullNow(closeback.pipeline, connection, { days: STORY_DAYS + 2 })
  const [report] = await makeReconciliations(closeback, {
    from: accountDay(start, connection.timezone),
    to: accountDay(now, connection.timezone),
    connectionId: CONNECTION,
    event: 'Purchase',
    asOf: null,
    crm: null,
  })
  if (!report) throw new Error('the demo has no purchases')
  return report
}

/** The three books in a few lines of at most 80 columns, and why they differ. */
export function reconciliationText(report: Reconciliation): string {
  const { event, book, buckets, delivered, expected, reported, causes } = report
  const accepted = buckets.find(({ bucket }) => bucket === 'accepted')?.amount
  const line = (name: string, count: number | undefined, note: string) =>
    `  ${name.padEnd(18)}${String(count ?? '-').padStart(4)}  ${note}`
  const told = reported?.value ? moneyText(reported.value) : 'not available'
  return [
    '',
    `The books of ${event}`,
    line('won in the CRMs', book.total.count, valuesText(book.total)),
    line('accepted', accepted?.count, valuesText(accepted ?? { values: [] })),
    line('delivered', delivered.count, `${valuesText(delivered)} were sent`),
    line('TikTok reports', reported?.count, `${told}; ${between(expected.count)} can be explained`),
    '',
    'Why they differ',
    ...causes.map(({ cause, count, revenue }) => {
      const value = (count.high === 0 ? 'at most ' : '') + valuesText({ values: revenue })
      return `  ${between(count).padStart(6)}  ${value.padStart(19)}  ${causeTitle(cause)}`
    }),
    '',
    verdict(report),
    '',
  ].join('\n')
}

function between({ low, high }: Reconciliation['expected']['count']): string {
  return low === high ? String(low) : `${low} to ${high}`
}
