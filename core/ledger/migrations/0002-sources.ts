import type { Words } from './words.ts'

export function sourceTables({ int, text, tail }: Words): string[] {
  return [
    `create table leases (name ${text} primary key, holder ${text} not null, until ${int} not null)${tail}`,
    `create table polls (source_id ${text} primary key, cursor ${text}, polled_at ${int} not null, ok_at ${int}, error ${text})${tail}`,
  ]
}
