import { type Selectable, sql } from 'kysely'
import type { HoldReason, Route } from '../model/delivery.ts'
import type { Db } from './ledger.ts'
import { MAYBE_SENT } from './restores.ts'
import { indexedBy, insertRows, isOneOf, stateIs, total } from './rows.ts'
import type { DeliveriesTable } from './schema-outbox.ts'

export type DeliveryRow = Selectable<DeliveriesTable>

/** A delivery before it has an id: held without a payload, or waiting with everything frozen. */
export interface NewDelivery {
  stageChangeId: number
  dealId: number
  originId: number
  sourceId: string
  connectionId: string
  ruleId: string
  milestone: string
  /** Empty when the milestone fires once per record. */
  occurrence: string
  event: string
  route: Route
  eventSourceId: string
  eventId: string
  isBrowserId: boolean
  occurredAt: number
  value: { minor: number; currency: string } | null
  matchScore: number
  matchKeys: readonly string[]
  testCode: string | null
  hold: { reason: HoldReason; until: number | null } | null
  sendUntil: number
  payload: string | null
  /** Epoch ms since when a copy may have been sent that this ledger does not know of; it then waits for a person. */
  doubtfulSince?: number
}

/** What a delivery is called by: who inserts it twice inserts it once. */
export function slotOf(row: {
  originId: number
  connectionId: string
  ruleId: string
  milestone: string
  occurrence: string
}): string {
  return JSON.stringify([row.originId, row.connectionId, row.ruleId, row.milestone, row.occurrence])
}

/** Inserts deliveries and says which went in, by slot; what a unique key refused was sent, or will be, already. */
export async function addDeliveries(
  tx: Db,
  deliveries: readonly NewDelivery[],
  now: number,
): Promise<Set<string>> {
  const inDoubt = deliveries.some(({ doubtfulSince }) => doubtfulSince !== undefined)
  const rows = deliveries.map((delivery) => ({
    stage_change_id: delivery.stageChangeId,
    deal_id: delivery.dealId,
    origin_id: delivery.originId,
    source_id: delivery.sourceId,
    connection_id: delivery.connectionId,
    rule_id: delivery.ruleId,
    milestone: delivery.milestone,
    occurrence: delivery.occurrence,
    created_at: now,
    attempts: 0,
    ...frozen(delivery, now),
    ...(inDoubt ? doubted(delivery, now) : {}),
  }))
  const inserted = await insertRows<
    object,
    { origin_id: number; connection_id: string; rule_id: string; milestone: string; occurrence: string }
  >(tx, 'deliveries', rows, ['origin_id', 'connection_id', 'rule_id', 'milestone', 'occurrence'])
  return new Set(
    inserted.map((row) =>
      slotOf({
        originId: row.origin_id,
        connectionId: row.connection_id,
        ruleId: row.rule_id,
        milestone: row.milestone,
        occurrence: row.occurrence,
      }),
    ),
  )
}

/** The columns that mapping decides: set, id, value and bytes, and whether it waits or is held. */
function frozen(delivery: NewDelivery, now: number) {
  return {
    event: delivery.event,
    event_source: delivery.route,
    event_source_id: delivery.eventSourceId,
    event_id: delivery.eventId,
    browser_id: delivery.isBrowserId ? 1 : 0,
    occurred_at: delivery.occurredAt,
    value_minor: delivery.value?.minor ?? null,
    currency: delivery.value?.currency ?? null,
    match_score: delivery.matchScore,
    match_keys: delivery.matchKeys.join(','),
    test_code: delivery.testCode,
    state: delivery.hold ? ('held' as const) : ('waiting' as const),
    hold_reason: delivery.hold?.reason ?? null,
    next_at: delivery.hold ? delivery.hold.until : now,
    send_until: delivery.sendUntil,
    payload: delivery.payload,
  }
}

/** After a restore: what may have been sent by the original is frozen and then left to a person. */
function doubted(delivery: NewDelivery, now: number) {
  const { doubtfulSince: since, hold } = delivery
  if (since === undefined || hold)
    return {
      state: frozen(delivery, now).state,
      first_unknown_at: null,
      settled_at: null,
      code: null,
      message: null,
    }
  return { state: 'uncertain' as const, first_unknown_at: since, settled_at: now, ...MAYBE_SENT }
}

/** A held delivery was looked at again: writes what it came to. False when another delivery has its event id already. */
export async function refreezeHeld(tx: Db, id: number, delivery: NewDelivery, now: number): Promise<boolean> {
  const taken = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('event_id', '=', delivery.eventId)
    .where('event_source_id', '=', delivery.eventSourceId)
    .where('event', '=', delivery.event)
    .where('id', '!=', id)
    .executeTakeFirst()
  if (taken) return false
  await tx
    .updateTable('deliveries')
    .set({
      ...frozen(delivery, now),
      ...(delivery.doubtfulSince === undefined ? {} : doubted(delivery, now)),
    })
    .where('id', '=', id)
    .where(stateIs('held'))
    .execute()
  return true
}

/** A held delivery turned into a reason: nothing was sent, so a later stage change may still send it. */
export async function removeHeld(tx: Db, id: number): Promise<void> {
  await tx
    .deleteFrom('deliveries')
    .where('id', '=', id)
    .where(stateIs('held'))
    .where('attempts', '=', 0)
    .execute()
}

export async function deliveriesById(db: Db, ids: readonly number[]): Promise<DeliveryRow[]> {
  if (ids.length === 0) return []
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where(isOneOf(db, 'id', ids))
    .orderBy('id')
    .execute()
}

export async function deliveriesOf(db: Db, dealIds: readonly number[]): Promise<DeliveryRow[]> {
  if (dealIds.length === 0) return []
  return db
    .selectFrom('deliveries')
    .selectAll()
    .where(isOneOf(db, 'deal_id', dealIds))
    .orderBy('id')
    .execute()
}

/** Held deliveries of these deals. */
export async function heldOf(db: Db, dealIds: readonly number[]): Promise<DeliveryRow[]> {
  if (dealIds.length === 0) return []
  return (
    db
      .selectFrom('deliveries')
      .selectAll()
      // Not as a bare column: SQLite would walk everything on hold instead of the few rows of these deals.
      .where(sql<boolean>`state || '' = 'held'`)
      .where(isOneOf(db, 'deal_id', dealIds))
      .orderBy('id')
      .execute()
  )
}

/** Held deliveries after `afterId`; with `until`, only those whose hold ends by then. */
export async function heldPage(
  db: Db,
  page: { until: number | null; afterId: number; limit: number },
): Promise<DeliveryRow[]> {
  const query = db.selectFrom('deliveries').selectAll().orderBy('id')
  if (page.until === null)
    return query.where(stateIs('held')).where('id', '>', page.afterId).limit(page.limit).execute()
  const ended = sql<number>`(select id from deliveries ${indexedBy(db, 'deliveries_held')}
    where state = 'held' and next_at <= ${page.until} and id > ${page.afterId} order by id limit ${page.limit})`
  return query.where('id', 'in', ended).execute()
}

/** The route each (deal, connection) is bound to: that of its first conversion. */
export async function routesOf(db: Db, dealIds: readonly number[]): Promise<Map<number, Map<string, Route>>> {
  const routes = new Map<number, Map<string, Route>>()
  if (dealIds.length === 0) return routes
  const rows = await db
    .selectFrom('deliveries')
    .select(['deal_id', 'connection_id', 'event_source'])
    .where(isOneOf(db, 'deal_id', dealIds))
    .where('state', '!=', 'held')
    .orderBy('id')
    .execute()
  for (const row of rows) {
    const byConnection = routes.get(row.deal_id) ?? new Map<string, Route>()
    if (!byConnection.has(row.connection_id)) byConnection.set(row.connection_id, row.event_source)
    routes.set(row.deal_id, byConnection)
  }
  return routes
}

/** Deliveries by connection, event, state, currency and test flag, with exact totals in minor units. */
export async function countDeliveries(db: Db) {
  const rows = await db
    .selectFrom('deliveries')
    .select((e) => [
      'connection_id',
      'event',
      'state',
      'currency',
      sql<number>`case when test_code is null then 0 else 1 end`.as('test'),
      e.fn.countAll<number>().as('n'),
      total('value_minor').as('total'),
    ])
    .groupBy([
      'connection_id',
      'event',
      'state',
      'currency',
      sql`case when test_code is null then 0 else 1 end`,
    ])
    .orderBy('connection_id')
    .orderBy('event')
    .orderBy('state')
    .execute()
  return rows.map((row) => ({
    connectionId: row.connection_id,
    event: row.event,
    state: row.state,
    currency: row.currency,
    test: row.test === 1,
    count: row.n,
    total: BigInt(row.total),
  }))
}
