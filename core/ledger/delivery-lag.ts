import { sql } from 'kysely'
import type { Db } from './ledger.ts'
import { listOf } from './report-scope.ts'

/** The median time from stage change to acceptance of what happened in `[from, to)`, ms; null when nothing did. */
export async function medianLag(
  reader: Db,
  {
    connectionId,
    events,
    from,
    to,
  }: { connectionId: string; events: readonly string[]; from: number; to: number },
): Promise<number | null> {
  const rows = sql`deliveries where state = 'accepted' and connection_id = ${connectionId} and event in ${listOf(events)}
    and occurred_at >= ${from} and occurred_at < ${to} and settled_at is not null`
  const counted = await sql<{ n: number }>`select count(*) as n from ${rows}`.execute(reader)
  const middle = Math.floor(((counted.rows[0]?.n ?? 0) - 1) / 2)
  if (middle < 0) return null
  const found = await sql<{ lag: number }>`
    select settled_at - occurred_at as lag from ${rows} order by lag limit 1 offset ${middle}`.execute(reader)
  return found.rows[0]?.lag ?? null
}
