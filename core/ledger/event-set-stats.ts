import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'
import type { EventSetStatsTable } from './schema-insights.ts'

/** What a pixel received of an event, and what TikTok attributed of that. CRM and offline sets have no such figures. */
export interface EventSetStats {
  eventSourceId: string
  event: string
  /** UTC day, `2026-11-20`. */
  day: string
  received: number
  browser: number
  server: number
  attributed: number
}

/** Writes what a pixel received on UTC days: what is there already is replaced, never added to. */
export async function putEventSetStats(
  tx: Db,
  connectionId: string,
  { stats, pulledAt }: { stats: readonly EventSetStats[]; pulledAt: number },
): Promise<void> {
  const rows: EventSetStatsTable[] = stats.map(({ eventSourceId, ...rest }) => ({
    connection_id: connectionId,
    event_source_id: eventSourceId,
    ...rest,
    pulled_at: pulledAt,
  }))
  const set = ['received', 'browser', 'server', 'attributed', 'pulled_at']
  await insertRows(
    tx,
    'event_set_stats',
    rows,
    [],
    `(connection_id, event_source_id, day, event) do update set ${set.map((name) => `${name} = excluded.${name}`).join(', ')}`,
  )
}

/** What the pixels of a connection received on UTC days (both included); `event` narrows to one TikTok event. */
export async function eventSetStats(
  reader: Db,
  query: { connectionId: string; from: string; to: string; event?: string },
): Promise<EventSetStats[]> {
  let rows = reader
    .selectFrom('event_set_stats')
    .select([
      'event_source_id as eventSourceId',
      'event',
      'day',
      'received',
      'browser',
      'server',
      'attributed',
    ])
    .where('connection_id', '=', query.connectionId)
    .where('day', '>=', query.from)
    .where('day', '<=', query.to)
  if (query.event !== undefined) rows = rows.where('event', '=', query.event)
  return rows.orderBy('eventSourceId').orderBy('day').orderBy('event').execute()
}
