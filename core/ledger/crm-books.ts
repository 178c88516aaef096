import type { ClosedDeal } from '../adapter.ts'
import type { Db, Ledger } from './ledger.ts'
import { insertRows } from './rows.ts'
import type { CrmBookDealsTable } from './schema-reports.ts'

/** Books are asked for anew by every report; one that is this old belongs to no report that still runs. */
const KEPT_MS = 86_400_000

/** Opens a book that deals can be written into, and takes away those of earlier days. */
export async function openCrmBook(ledger: Ledger): Promise<number> {
  const now = ledger.now()
  return ledger.transaction(async (tx) => {
    const old = await tx
      .selectFrom('crm_books')
      .select('id')
      .where('asked_at', '<', now - KEPT_MS)
      .execute()
    for (const { id } of old) {
      await tx.deleteFrom('crm_book_deals').where('book_id', '=', id).execute()
      await tx.deleteFrom('crm_books').where('id', '=', id).execute()
    }
    const [book] = await insertRows<object, { id: number }>(tx, 'crm_books', [{ asked_at: now }], ['id'])
    return book?.id ?? 0
  })
}

/** Writes one page of what the CRM lists; a record that comes twice counts once. */
export async function addToCrmBook(
  ledger: Ledger,
  bookId: number,
  sourceId: string,
  deals: readonly ClosedDeal[],
): Promise<void> {
  const rows: CrmBookDealsTable[] = deals.map(({ record, wonAt, amount }) => ({
    book_id: bookId,
    source_id: sourceId,
    record_type: record.type,
    record_id: record.id,
    won_at: wonAt,
    amount_minor: amount?.minor ?? null,
    currency: amount?.currency ?? null,
  }))
  await ledger.transaction((tx) => insertRows(tx, 'crm_book_deals', rows))
}

/** Whether a book still stands. */
export async function hasCrmBook(db: Db, bookId: number): Promise<boolean> {
  const row = await db.selectFrom('crm_books').select('id').where('id', '=', bookId).executeTakeFirst()
  return row !== undefined
}
