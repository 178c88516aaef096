import type { Words } from './words.ts'

/** Stage changes that somebody told beside the record's own history, and that do not move it. */
export function asideTables({ int }: Words): string[] {
  return [`alter table stage_changes add column aside ${int}`]
}
