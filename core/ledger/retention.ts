import { sql } from 'kysely'
import type { Db } from './ledger.ts'
import { isOneOf } from './rows.ts'

/** Tables that keep what was said, and how a row is emptied. Keys, digests, states and amounts stay for ever. */
const PURGES = {
  deliveries: {
    due: (before: number) =>
      sql<boolean>`payload <> '' and settled_at < ${before}
        and state in ('accepted', 'rejected', 'too_old', 'cancelled')`,
    set: { payload: '' },
  },
  inbox: {
    due: (before: number) =>
      sql<boolean>`received_at < ${before} and state <> 'new' and (content <> '{}' or identity is not null)`,
    set: { content: '{}', identity: null },
  },
  conflicts: {
    due: (before: number) => sql<boolean>`received_at < ${before} and content <> '{}'`,
    set: { content: '{}' },
  },
} as const

export type Purged = keyof typeof PURGES
export const PURGED = Object.keys(PURGES) as Purged[]

/** The largest id of a table, 0 when it is empty. */
export async function lastId(reader: Db, table: Purged): Promise<number> {
  const row = await reader
    .selectFrom(table)
    .select((e) => e.fn.max('id').as('last'))
    .executeTakeFirst()
  return Number(row?.last ?? 0)
}

/** Rows with an id in `(after, upTo]` whose content is older than `before`. */
export async function purgeable(
  reader: Db,
  table: Purged,
  range: { after: number; upTo: number; before: number },
): Promise<number[]> {
  const rows = await reader
    .selectFrom(table)
    .select('id')
    .where('id', '>', range.after)
    .where('id', '<=', range.upTo)
    .where(PURGES[table].due(range.before))
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/** Empties these rows. */
export async function purge(tx: Db, table: Purged, ids: readonly number[]): Promise<void> {
  const which = isOneOf(tx, 'id', ids)
  if (table === 'deliveries') await tx.updateTable(table).set(PURGES[table].set).where(which).execute()
  else if (table === 'inbox') await tx.updateTable(table).set(PURGES[table].set).where(which).execute()
  else await tx.updateTable(table).set(PURGES[table].set).where(which).execute()
}
