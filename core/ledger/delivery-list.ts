import { sql } from 'kysely'
import type { DeliveryState } from '../model/delivery.ts'
import type { Db } from './ledger.ts'

/** Held and waiting deliveries of a connection after `after`, by id. */
export async function openDeliveryIds(
  db: Db,
  page: { connectionId: string; after: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select('id')
    .where('state', 'in', ['held', 'waiting'])
    .where('connection_id', '=', page.connectionId)
    .where('id', '>', page.after)
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map((row) => row.id)
}

export interface DeliveryFilter {
  state?: DeliveryState
  connectionId?: string
  sourceId?: string
  event?: string
  /** What TikTok answered last. */
  code?: string
  /** Exactly the id of a record, or an event id. */
  search?: string
  /** Made at this moment or later, and before that one; epoch ms. */
  from?: number
  to?: number
  /** Only rows with a smaller id: the next page of a list that starts with the newest. */
  before?: number
  limit: number
}

/** Deliveries of records with this id, and those with this event id: few, whatever there is. */
function found(text: string) {
  return sql<boolean>`deliveries.id in (
    select d.id from deliveries d join deals on deals.id = d.deal_id where deals.record_id = ${text}
    union select id from deliveries where event_id = ${text})`
}

/** Ids grow with time, but for the clocks of several hosts. */
const CLOCKS_APART_MS = 300_000

/** The first id that was made at this moment or later, by halving: time has no index of its own. One question, some forty looks. */
async function firstIdFrom(db: Db, at: number): Promise<number> {
  const isEarly = sql<boolean>`(select created_at from deliveries where id >= (low + high) / 2 order by id limit 1) < ${at}`
  const { rows } = await sql<{ id: number }>`
    with recursive halved (low, high) as (
      select coalesce((select id from deliveries order by id limit 1), 1),
        coalesce((select id from deliveries order by id desc limit 1), 0) + 1
      union all
      select case when ${isEarly} then (low + high) / 2 + 1 else low end,
        case when ${isEarly} then high else (low + high) / 2 end
      from halved where low < high
    )
    select low as id from halved where low >= high`.execute(db)
  return Number(rows[0]?.id ?? 1)
}

/** Newest first, page by key. */
export async function listDeliveries(db: Db, filter: DeliveryFilter) {
  let query = db
    .selectFrom('deliveries')
    .innerJoin('deals', 'deals.id', 'deliveries.deal_id')
    .selectAll('deliveries')
    .select(['deals.record_type', 'deals.record_id'])
    .orderBy('deliveries.id', 'desc')
    .limit(filter.limit)
  if (filter.state) query = query.where('state', '=', filter.state)
  if (filter.connectionId) query = query.where('connection_id', '=', filter.connectionId)
  if (filter.sourceId) query = query.where('deliveries.source_id', '=', filter.sourceId)
  if (filter.event) query = query.where('event', '=', filter.event)
  if (filter.code) query = query.where('code', '=', filter.code)
  if (filter.search !== undefined) query = query.where(found(filter.search))
  if (filter.from !== undefined) {
    query = query
      .where('deliveries.created_at', '>=', filter.from)
      .where('deliveries.id', '>=', await firstIdFrom(db, filter.from - CLOCKS_APART_MS))
  }
  if (filter.to !== undefined) {
    query = query
      .where('deliveries.created_at', '<', filter.to)
      .where('deliveries.id', '<', await firstIdFrom(db, filter.to + CLOCKS_APART_MS))
  }
  if (filter.before !== undefined) query = query.where('deliveries.id', '<', filter.before)
  return query.execute()
}
