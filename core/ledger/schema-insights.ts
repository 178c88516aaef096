import type { InsightLevel, Metric } from '../model/insight.ts'

/** What TikTok says: the hierarchy, its daily figures, what its pixels received; and what other channels cost. */
export interface InsightTables {
  campaigns: CampaignsTable
  ad_groups: AdGroupsTable
  ads: AdsTable
  insights: InsightsTable
  insight_versions: InsightVersionsTable
  insight_pulls: InsightPullsTable
  event_set_stats: EventSetStatsTable
  channel_spend: ChannelSpendTable
}

/** Kept when TikTok no longer lists it: past days still belong to it. */
export interface CampaignsTable {
  connection_id: string
  campaign_id: string
  name: string
  /** TikTok's `secondary_status`. */
  status: string
  /** 1 when it was deleted there. */
  deleted: number
  /** When a pull saw it last, epoch ms. */
  seen_at: number
}

export interface AdGroupsTable extends CampaignsTable {
  adgroup_id: string
  /** Attribution windows in days, 0 for off; null where TikTok does not say. */
  click_days: number | null
  view_days: number | null
  engaged_view_days: number | null
  /** `EVERY`, `ONCE` or `UNSET`. */
  event_count: string | null
  optimization_goal: string | null
  optimization_event: string | null
}

export interface AdsTable extends CampaignsTable {
  adgroup_id: string
  ad_id: string
}

/** What a row of figures is about. Upserted: a day that is pulled again replaces, and never adds. */
export interface InsightsTable extends Record<Metric, number | null> {
  connection_id: string
  level: InsightLevel
  /** Account day. */
  day: string
  entity_id: string
  campaign_id: string
  adgroup_id: string
}

/** What TikTok said of the account's and each campaign's day, from that pull on: a row whenever it said something else. */
export interface InsightVersionsTable extends InsightsTable {
  pulled_at: number
}

/** Every pull of every day, whether it brought all of it or not. */
export interface InsightPullsTable {
  connection_id: string
  day: string
  pulled_at: number
  complete: number
  problem: string
  timezone: string
  currency: string
  click_days: number
}

/** What a pixel received on a UTC day, of each event. */
export interface EventSetStatsTable {
  connection_id: string
  event_source_id: string
  event: string
  day: string
  received: number
  browser: number
  server: number
  attributed: number
  pulled_at: number
}

/** What a channel other than TikTok cost on a day. */
export interface ChannelSpendTable {
  day: string
  channel: string
  campaign: string
  amount_minor: number
  currency: string
  imported_at: number
}
