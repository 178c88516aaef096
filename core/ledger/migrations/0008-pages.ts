import type { Words } from './words.ts'

/** What the pages of the console ask of long lists, and work that outlasts the page it was begun on. */
export function pageTables({ id, int, text }: Words): string[] {
  return [
    'create index deliveries_named on deliveries (event, id)',
    'drop index deliveries_settled',
    `create index deliveries_settled on deliveries
      (connection_id, settled_at, currency, value_minor, match_score, test_code, rule_id) where state = 'accepted'`,
    `create table runs (id ${id}, kind ${text} not null, source_id ${text} not null, asked ${text} not null,
      actor ${text} not null, state ${text} not null, count ${int} not null, total ${int}, result ${text}, problem ${text},
      started_at ${int} not null, updated_at ${int} not null)`,
    'create index runs_source on runs (source_id, id)',
  ]
}
