import { sql } from 'kysely'
import type { Ledger } from './ledger.ts'

/**
 * Makes the ledger's files forget what its rows have forgotten. SQLite overwrites freed bytes (`secure_delete`), but its
 * write-ahead log keeps earlier pages until it starts anew. False when readers beside us held it back.
 */
export async function scrub({ engine, db }: Ledger): Promise<boolean> {
  if (engine === 'postgres') return true
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db)
  return rows[0]?.busy === 0
}
