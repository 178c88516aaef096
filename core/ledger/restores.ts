import { sql } from 'kysely'
import { ALL_CONNECTIONS, setPaused } from './connections.ts'
import { addEntry } from './journal.ts'
import type { Db } from './ledger.ts'

/** The last time this ledger was put back from a backup; epoch ms. */
export interface Restored {
  restoredAt: number
  /** When the backup was taken: what was sent between the two nobody here knows. */
  takenAt: number
}

export async function readRestored(db: Db): Promise<Restored | null> {
  const row = await db
    .selectFrom('restores')
    .selectAll()
    .orderBy('restored_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { restoredAt: row.restored_at, takenAt: row.taken_at } : null
}

/** What `code` and `message` of a delivery say that may have been sent between a backup and its restore. */
export const MAYBE_SENT = {
  code: 'restored',
  message: 'The ledger was restored from a backup: this may have been sent since that backup.',
}

/**
 * Makes a copy safe to run: nothing is sent until somebody resumes, and whatever was on its way when the backup was taken
 * waits for a person, because the original may have sent it since. Returns how many deliveries that are.
 */
export async function markRestored(
  tx: Db,
  { restoredAt, takenAt }: Restored,
  actor: string,
): Promise<number> {
  await tx
    .insertInto('restores')
    .values({ restored_at: restoredAt, taken_at: takenAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await setPaused(tx, ALL_CONNECTIONS, restoredAt)
  const result = await tx
    .updateTable('deliveries')
    .set({
      ...MAYBE_SENT,
      state: 'uncertain',
      hold_reason: null,
      first_unknown_at: sql<number>`coalesce(first_unknown_at, began_at, ${takenAt})`,
      lease: null,
      lease_until: null,
      began_at: null,
      settled_at: restoredAt,
    })
    .where('state', 'in', ['held', 'waiting', 'in_flight'])
    .executeTakeFirst()
  const uncertain = Number(result.numUpdatedRows)
  const detail = `backup of ${new Date(takenAt).toISOString()}; ${uncertain} deliveries uncertain`
  await addEntry(tx, { at: restoredAt, actor, verb: 'restore', subject: 'the ledger', detail })
  return uncertain
}
