import type { Words } from './words.ts'

export function reportTables({ id, int, text, tail }: Words): string[] {
  return [
    `create table crm_books (id ${id}, asked_at ${int} not null)`,
    `create table crm_book_deals (book_id ${int} not null, source_id ${text} not null, record_type ${text} not null,
      record_id ${text} not null, won_at ${int} not null, amount_minor ${int}, currency ${text},
      primary key (book_id, source_id, record_type, record_id))${tail}`,
    `create table expected_values (connection_id ${text} not null, milestone ${text} not null, minor ${int} not null,
      currency ${text} not null, computed_at ${int} not null, primary key (connection_id, milestone))${tail}`,
    `create index deliveries_accepted on deliveries (connection_id, event, occurred_at) where state = 'accepted'`,
  ]
}
