import type { Db } from './ledger.ts'

export interface JournalEntry {
  /** Epoch ms. */
  at: number
  /** `cli`, `host`, or the id of an API key. */
  actor: string
  /** What was done: one of the verbs of the command line. */
  verb: string
  /** What it was done to: a delivery, a connection, the workspace. */
  subject: string
  deliveryId?: number
  detail: string
}

/** Notes a decision of a person or of the clock. Never personal data, never a secret. */
export async function addEntry(tx: Db, entry: JournalEntry): Promise<void> {
  await tx
    .insertInto('journal')
    .values({
      at: entry.at,
      actor: entry.actor,
      verb: entry.verb,
      subject: entry.subject,
      delivery_id: entry.deliveryId ?? null,
      detail: entry.detail,
    })
    .execute()
}

/** Newest first, page by key. */
export async function listEntries(db: Db, page: { before: number | null; limit: number }) {
  let query = db.selectFrom('journal').selectAll().orderBy('id', 'desc').limit(page.limit)
  if (page.before !== null) query = query.where('id', '<', page.before)
  const rows = await query.execute()
  return rows.map(({ delivery_id, ...row }) => ({ ...row, deliveryId: delivery_id }))
}
