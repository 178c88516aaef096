import type { Words } from './words.ts'

export function auditTables({ id, int, text }: Words): string[] {
  return [
    `create table audits (id ${id}, connection_id ${text} not null, event ${text} not null, made_at ${int} not null,
      content ${text} not null)`,
    'create index audits_of on audits (connection_id, event, id)',
    'create index audits_made on audits (made_at)',
  ]
}
