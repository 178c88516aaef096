import type { Words } from './words.ts'

/** People and what they may bring back; and what makes long lists of deliveries quick whatever they are narrowed to. */
export function consoleTables({ int, text, tail }: Words): string[] {
  return [
    `create table people (id ${text} primary key, email ${text} not null unique, name ${text} not null, role ${text} not null,
      password ${text} not null, created_at ${int} not null)`,
    `create table sessions (hash ${text} primary key, person_id ${text}, content ${text} not null, expires_at ${int} not null)${tail}`,
    'create index sessions_person on sessions (person_id)',
    'create index sessions_end on sessions (expires_at)',
    `create table invitations (id ${text} primary key, hash ${text} not null unique, kind ${text} not null, email ${text} not null,
      role ${text} not null, created_by ${text} not null, created_at ${int} not null, expires_at ${int} not null)`,
    `create table oauth_states (hash ${text} primary key, session_hash ${text} not null, connection_id ${text},
      expires_at ${int} not null)${tail}`,
    `create table workspace_versions (revision ${int} primary key, at ${int} not null, actor ${text} not null, document ${text} not null)`,
    'create index deliveries_connection on deliveries (connection_id, id)',
    'create index deliveries_source on deliveries (source_id, id)',
    'create index deliveries_code on deliveries (code, id) where code is not null',
    `create index deliveries_settled on deliveries (connection_id, settled_at, currency, value_minor, match_score, test_code)
      where state = 'accepted'`,
    `alter table connections add column disconnected_at ${int}`,
  ]
}
