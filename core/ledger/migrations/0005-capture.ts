import type { Words } from './words.ts'

export function captureTables({ int, text, tail }: Words): string[] {
  return [
    `create table visits (visitor ${text} not null, digest ${text} not null, at ${int} not null, content ${text} not null,
      primary key (visitor, digest))${tail}`,
    'create index visits_at on visits (at)',
    `create table visitors (hash ${text} not null, visitor ${text} not null, seen_at ${int} not null,
      primary key (hash, visitor))${tail}`,
    'create index visitors_visitor on visitors (visitor)',
    'create index visitors_seen on visitors (seen_at)',
  ]
}
