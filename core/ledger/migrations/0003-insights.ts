import type { Words } from './words.ts'

export function insightTables({ int, text, tail }: Words): string[] {
  const named = `connection_id ${text} not null, campaign_id ${text} not null, name ${text} not null, status ${text} not null,
    deleted ${int} not null, seen_at ${int} not null`
  const figures = `connection_id ${text} not null, level ${text} not null, day ${text} not null, entity_id ${text} not null,
    campaign_id ${text} not null, adgroup_id ${text} not null, spend_minor ${int}, impressions ${int}, clicks ${int},
    conversions ${int}, conversions_by_day ${int}, web_purchases ${int}, web_purchase_minor ${int}, web_leads ${int},
    offline_purchases ${int}, offline_purchase_minor ${int}, offline_leads ${int}, offline_lead_minor ${int},
    offline_contacts ${int}, offline_contact_minor ${int}, crm_events ${int}, crm_event_minor ${int}`
  return [
    `create table campaigns (${named}, primary key (connection_id, campaign_id))${tail}`,
    `create table ad_groups (${named}, adgroup_id ${text} not null, click_days ${int}, view_days ${int}, engaged_view_days ${int},
      event_count ${text}, optimization_goal ${text}, optimization_event ${text}, primary key (connection_id, adgroup_id))${tail}`,
    `create table ads (${named}, adgroup_id ${text} not null, ad_id ${text} not null, primary key (connection_id, ad_id))${tail}`,
    `create table insights (${figures}, primary key (connection_id, level, day, entity_id))${tail}`,
    `create table insight_versions (${figures}, pulled_at ${int} not null,
      primary key (connection_id, level, day, entity_id, pulled_at))${tail}`,
    `create table insight_pulls (connection_id ${text} not null, day ${text} not null, pulled_at ${int} not null,
      complete ${int} not null, problem ${text} not null, timezone ${text} not null, currency ${text} not null,
      click_days ${int} not null, primary key (connection_id, day, pulled_at))${tail}`,
    `create table event_set_stats (connection_id ${text} not null, event_source_id ${text} not null, event ${text} not null,
      day ${text} not null, received ${int} not null, browser ${int} not null, server ${int} not null,
      attributed ${int} not null, pulled_at ${int} not null, primary key (connection_id, event_source_id, day, event))${tail}`,
    `create table channel_spend (day ${text} not null, channel ${text} not null, campaign ${text} not null,
      amount_minor ${int} not null, currency ${text} not null, imported_at ${int} not null,
      primary key (day, channel, campaign))${tail}`,
  ]
}
