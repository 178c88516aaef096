import { sql } from 'kysely'
import type { Touchpoint } from '../model/record.ts'
import type { Db } from './ledger.ts'

/** The newest `most` touchpoints, of these the ones since `since` (epoch ms): a bounded walk along the key. */
export async function recentTouchpoints(
  reader: Db,
  { since, most }: { since: number; most: number },
): Promise<Touchpoint[]> {
  const { rows } = await sql<{ content: string }>`
    select content from touchpoints
    where id > (select coalesce(max(id), 0) from touchpoints) - ${most} and at >= ${since} order by id`.execute(
    reader,
  )
  return rows.map(({ content }) => JSON.parse(content) as Touchpoint)
}
