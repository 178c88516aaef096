import type { Route } from './delivery.ts'
import { REPORT_METRICS } from './tiktok.ts'

/** What a row of figures is about. */
export type InsightLevel = 'account' | 'campaign' | 'ad_group' | 'ad'

export type Metric = keyof typeof REPORT_METRICS

/** Every metric of an Insight, in the order of its columns. */
export const METRICS = Object.keys(REPORT_METRICS) as Metric[]

/** One day's figures: counts, and money as minor units of the account's currency. `null`: TikTok had none to give (`-`). */
export type Figures = Record<Metric, number | null>

/** Figures added up over days. `null` where no day had one. */
export type FigureSums = Record<Metric, bigint | null>

/** One row of TikTok's report: one thing on one account day. */
export interface Insight {
  /** Account day, `2026-11-20`. */
  day: string
  level: InsightLevel
  /** Advertiser, campaign, ad group or ad id. */
  entityId: string
  /** Empty on the account's own rows. */
  campaignId: string
  /** Empty above ad groups. */
  adGroupId: string
  figures: Figures
}

/** In which metrics TikTok reports an event: its count, and its value where there is one. */
export interface ReportedIn {
  count: Metric
  value: Metric | null
  /** The metric counts every event of such sets, not this one alone. */
  shared: boolean
}

const only = (count: Metric, value: Metric | null = null): ReportedIn => ({ count, value, shared: false })
const CRM: ReportedIn = { count: 'crm_events', value: 'crm_event_minor', shared: true }

/**
 * Where the figures of an event appear, by the route it was sent on; `null` where TikTok has no metric for it. What is
 * sent to an offline set is not among the website's purchases, and the other way round.
 */
export function reportedIn(event: string, route: Route): ReportedIn | null {
  if (route === 'crm') return CRM
  return EVENTS.get(event)?.[route] ?? null
}

const EVENTS: ReadonlyMap<string, { web: ReportedIn | null; offline: ReportedIn | null }> = new Map([
  [
    'Purchase',
    {
      web: only('web_purchases', 'web_purchase_minor'),
      offline: only('offline_purchases', 'offline_purchase_minor'),
    },
  ],
  ['Lead', { web: only('web_leads'), offline: only('offline_leads', 'offline_lead_minor') }],
  ['Contact', { web: null, offline: only('offline_contacts', 'offline_contact_minor') }],
])
