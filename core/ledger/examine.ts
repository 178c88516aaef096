import { sql } from 'kysely'
import type { Ledger } from './ledger.ts'

/** How a SQLite ledger writes, as SQLite itself says; commits once, so that it is not only said. */
export async function writingMode({ db }: Ledger): Promise<{ journal: string; isFull: boolean }> {
  const one = async (name: 'journal_mode' | 'synchronous') =>
    Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0]
  const [journal, synchronous] = [await one('journal_mode'), await one('synchronous')]
  await db.updateTable('clock').set({ id: 1 }).where('id', '=', 1).execute()
  return { journal: String(journal), isFull: synchronous === 2 }
}

/** What is wrong with the pages of a SQLite ledger, the first few; empty when nothing is. Reads all of it. */
export async function brokenPages({ reader }: Ledger): Promise<string[]> {
  const { rows } = await sql<object>`pragma quick_check(3)`.execute(reader)
  const said = rows.map((row) => String(Object.values(row)[0]))
  return said.length === 1 && said[0] === 'ok' ? [] : said
}
