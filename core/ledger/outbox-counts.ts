import { sql } from 'kysely'
import type { Db } from './ledger.ts'
import { indexedBy } from './rows.ts'

/** The states that a delivery leaves, by itself or by a person's decision. Final ones are counted as they happen. */
export const OPEN_STATES = ['held', 'waiting', 'in_flight', 'uncertain'] as const
type OpenState = (typeof OPEN_STATES)[number]

/** Each holds only the rows of its state; all but `in_flight`, of which there are few, are read without the table. */
const INDEXES: Record<OpenState, string> = {
  held: 'deliveries_held_since',
  waiting: 'deliveries_waiting',
  in_flight: 'deliveries_leased',
  uncertain: 'deliveries_uncertain',
}

/** How many deliveries of each connection are in each open state. Walks those, whatever else the ledger holds. */
export async function countOpen(
  db: Db,
): Promise<{ connectionId: string; state: OpenState; count: number }[]> {
  const counts = await Promise.all(
    OPEN_STATES.map(async (state) => {
      const { rows } = await sql<{ connection_id: string; n: number }>`
        select connection_id, count(*) as n from deliveries ${indexedBy(db, INDEXES[state])}
        where state = ${sql.lit(state)} group by connection_id`.execute(db)
      return rows.map(({ connection_id, n }) => ({ connectionId: connection_id, state, count: n }))
    }),
  )
  return counts.flat()
}

/** Messages that wait to be read, and those that were given up. */
export async function countUnread(db: Db): Promise<{ waiting: number; failed: number }> {
  const of = async (state: 'new' | 'failed', index: string) => {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from inbox ${indexedBy(db, index)} where state = ${sql.lit(state)}`.execute(db)
    return rows[0]?.n ?? 0
  }
  const [waiting, failed] = await Promise.all([of('new', 'inbox_new'), of('failed', 'inbox_failed')])
  return { waiting, failed }
}
