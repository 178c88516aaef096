import type { RecordRef } from '../model/record.ts'
import type { StoryDelivery } from '../model/story.ts'
import { toIso } from '../model/time.ts'
import { ALL_CONNECTIONS, parkedSets } from './connections.ts'
import { type DeliveryRow, deliveriesOf } from './deliveries.ts'
import { deliveryView } from './delivery-view.ts'
import type { Db } from './ledger.ts'
import { isOneOf } from './rows.ts'

/** The deliveries of a deal by stage change, each with its requests, the decisions about it and what stands in its way. */
export async function readDeliveries(
  db: Db,
  dealId: number,
  record: RecordRef,
): Promise<Map<number, StoryDelivery[]>> {
  const rows = await deliveriesOf(db, [dealId])
  if (rows.length === 0) return new Map()
  const ids = rows.map((row) => row.id)
  const [requests, decisions, obstacleOf] = await Promise.all([
    readRequests(db, ids),
    readDecisions(db, ids),
    readObstacles(db),
  ])
  const byChange = new Map<number, StoryDelivery[]>()
  for (const row of rows) {
    const delivery = {
      ...deliveryView(row, record),
      requests: requests.get(row.id) ?? [],
      decisions: decisions.get(row.id) ?? [],
      obstacle: obstacleOf(row),
    }
    byChange.set(row.stage_change_id, [...(byChange.get(row.stage_change_id) ?? []), delivery])
  }
  return byChange
}

async function readRequests(db: Db, ids: readonly number[]) {
  const rows = await db
    .selectFrom('attempt_deliveries')
    .innerJoin('attempts', 'attempts.id', 'attempt_deliveries.attempt_id')
    .selectAll('attempts')
    .select('delivery_id')
    .where(isOneOf(db, 'delivery_id', ids))
    .orderBy('attempts.id')
    .execute()
  return grouped(rows, (row) => [
    row.delivery_id,
    {
      startedAt: toIso(row.started_at),
      endedAt: toIso(row.ended_at),
      events: row.events,
      httpStatus: row.http_status,
      outcome: row.outcome,
      code: row.code,
      message: row.message,
      requestId: row.request_id,
    },
  ])
}

async function readDecisions(db: Db, ids: readonly number[]) {
  const rows = await db
    .selectFrom('journal')
    .leftJoin('people', 'people.id', 'journal.actor')
    .select(['delivery_id', 'at', 'actor', 'verb', 'detail', 'people.name', 'people.email'])
    .where('delivery_id', 'is not', null)
    .where(isOneOf(db, 'delivery_id', ids))
    .orderBy('journal.id')
    .execute()
  // A person as they are called; the journal keeps ids, so that who is removed leaves no name behind.
  return grouped(rows, ({ delivery_id, at, actor, verb, detail, name, email }) => [
    delivery_id ?? 0,
    { at: toIso(at), actor: name || email || actor, verb, detail },
  ])
}

/** What keeps waiting deliveries from being sent: a pause of their connection, else a parked event set. */
async function readObstacles(db: Db) {
  const [parked, paused] = await Promise.all([
    parkedSets(db),
    db.selectFrom('connections').selectAll().where('paused_at', 'is not', null).execute(),
  ])
  return ({ state, connection_id, event_source_id }: DeliveryRow): StoryDelivery['obstacle'] => {
    if (state !== 'waiting') return null
    const pause = paused.find(({ id }) => id === connection_id || id === ALL_CONNECTIONS)
    if (pause) {
      const what = pause.id === ALL_CONNECTIONS ? '' : ` ${pause.id}`
      return {
        kind: 'paused',
        since: toIso(pause.paused_at ?? 0),
        code: null,
        remedy: `Start sending again with "closeback resume${what}".`,
      }
    }
    const lot = parked.find(
      (set) => set.connection_id === connection_id && set.event_source_id === event_source_id,
    )
    return lot ? { kind: 'parked', since: toIso(lot.parked_at), code: lot.code, remedy: lot.remedy } : null
  }
}

function grouped<Row, Value>(
  rows: readonly Row[],
  entry: (row: Row) => [number, Value],
): Map<number, Value[]> {
  const groups = new Map<number, Value[]>()
  for (const row of rows) {
    const [id, value] = entry(row)
    groups.set(id, [...(groups.get(id) ?? []), value])
  }
  return groups
}
