import { sql } from 'kysely'
import type { Db } from './ledger.ts'

/** Messages looked at for the newest of each source; one that is silent for longer is found by its deliveries. */
const NEWEST = 10_000

/** When each source was last heard of, epoch ms; sources that never were are left out. */
export async function lastHeard(db: Db, sourceIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ source_id: string; at: number }>`
    select source_id, max(received_at) as at
    from (select source_id, received_at from inbox order by id desc limit ${sql.lit(NEWEST)}) as newest
    group by source_id`.execute(db)
  const heard = new Map(rows.map(({ source_id, at }) => [source_id, at]))
  for (const id of sourceIds) {
    if (heard.has(id)) continue
    const row = await db
      .selectFrom('deliveries')
      .select('created_at')
      .where('source_id', '=', id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row) heard.set(id, row.created_at)
  }
  return heard
}
