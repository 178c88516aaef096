import type { JsonValue } from '../model/json.ts'
import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'

/** How far a source was polled. Times are epoch ms. */
export interface PollRow {
  sourceId: string
  cursor: JsonValue
  polledAt: number
  okAt: number | null
  error: string | null
}

/** Every source that was ever polled. */
export async function readPolls(db: Db): Promise<Map<string, PollRow>> {
  const rows = await db.selectFrom('polls').selectAll().execute()
  return new Map(
    rows.map((row) => [
      row.source_id,
      {
        sourceId: row.source_id,
        cursor: row.cursor === null ? null : (JSON.parse(row.cursor) as JsonValue),
        polledAt: row.polled_at,
        okAt: row.ok_at,
        error: row.error,
      },
    ]),
  )
}

/** Notes that a poll begins; what is known of the source stays. */
export async function beginPoll(db: Db, sourceId: string, now: number): Promise<void> {
  const row = { source_id: sourceId, cursor: null, polled_at: now, ok_at: null, error: null }
  await insertRows(db, 'polls', [row], [], '(source_id) do update set polled_at = excluded.polled_at')
}

/** Part of the transaction that put the page's tickets into the inbox. */
export async function saveCursor(tx: Db, sourceId: string, cursor: JsonValue): Promise<void> {
  await tx
    .updateTable('polls')
    .set({ cursor: JSON.stringify(cursor) })
    .where('source_id', '=', sourceId)
    .execute()
}

export async function endPoll(db: Db, sourceId: string, error: string | null, now: number): Promise<void> {
  await db
    .updateTable('polls')
    .set(error === null ? { ok_at: now, error } : { error })
    .where('source_id', '=', sourceId)
    .execute()
}
