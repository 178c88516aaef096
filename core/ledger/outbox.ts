import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { DeliveryState, Route } from '../model/delivery.ts'
import { pendingDeals } from './erase.ts'
import type { Db, Ledger } from './ledger.ts'
import { engineOf, indexedBy, isOneOf, stateIs } from './rows.ts'

/** A request may take 30 s; a lease outlives it, is renewed before every further request, and frees the rest if a host dies. */
export const LEASE_MS = 60_000

export interface ClaimedDelivery {
  id: number
  route: Route
  testCode: string | null
  payload: string
  attempts: number
  /** When the stage change happened, epoch ms. */
  occurredAt: number
}

export interface Claim {
  lease: string
  deliveries: ClaimedDelivery[]
}

/**
 * Takes up to `limit` due deliveries of one event set for one holder. `began_at` is committed here, before any
 * request leaves: should this host die, it becomes `first_unknown_at`.
 *
 * `for update skip locked` lets many hosts claim at once without waiting for or doubling each other: 28,000/s
 * with four of them, where select-then-update sent every event twice.
 */
export async function claim(
  ledger: Ledger,
  wanted: {
    connectionId: string
    eventSourceId: string
    limit: number
    /** Who claims; a host that starts may free what an earlier host of its directory left. */
    holder: string
    /** Now, as the earlier of the clocks; see pipeline/clock.ts. */
    earliest: number
    /** Now, as the later of them. */
    latest: number
  },
): Promise<Claim> {
  const lease = `${wanted.holder}:${randomUUID()}`
  const now = ledger.now()
  const rows = await ledger.transaction((tx) => {
    let due = tx
      .selectFrom('deliveries')
      .select('id')
      .where('connection_id', '=', wanted.connectionId)
      .where('event_source_id', '=', wanted.eventSourceId)
      .where(stateIs('waiting'))
      .where('next_at', '<=', now)
      .where('send_until', '>', wanted.latest)
      .where('deal_id', 'not in', pendingDeals(tx))
      .orderBy('next_at')
      .orderBy('id')
      .limit(wanted.limit)
    if (engineOf(tx) === 'postgres') due = due.forUpdate().skipLocked()
    return tx
      .updateTable('deliveries')
      .set({
        state: 'in_flight',
        lease,
        lease_until: sql<number>`${ledger.leaseClock()} + ${LEASE_MS}`,
        began_at: wanted.earliest,
      })
      .where('id', 'in', due)
      .returning(['id', 'event_source', 'test_code', 'payload', 'attempts', 'occurred_at'])
      .execute()
  })
  rows.sort((a, b) => a.id - b.id)
  return {
    lease,
    deliveries: rows.map((row) => ({
      id: row.id,
      route: row.event_source,
      testCode: row.test_code,
      payload: row.payload ?? '',
      attempts: row.attempts,
      occurredAt: row.occurred_at,
    })),
  }
}

/** Holds on to what is still in flight under this lease. False when the lease ran out and somebody else took over. */
export async function renew(ledger: Ledger, lease: string): Promise<boolean> {
  const result = await ledger.db
    .updateTable('deliveries')
    .set({ lease_until: sql<number>`${ledger.leaseClock()} + ${LEASE_MS}` })
    .where(stateIs('in_flight'))
    .where('lease', '=', lease)
    .where('lease_until', '>=', ledger.leaseClock())
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/**
 * What a claimed delivery came to.
 * - `definite`: TikTok certainly did not take it; waits again, forgetting that this attempt began.
 * - `unknown`: nobody can tell; waits again, and the 46-hour clock runs from the first attempt like it.
 */
export type Settlement =
  | { to: 'accepted' | 'rejected' | 'uncertain' }
  | { to: 'waiting'; certainty: 'definite' | 'unknown'; nextAt: number; counts: boolean; retryMs: number }

/**
 * Ends (part of) a claim. Fenced: a holder whose lease was taken over changes no row. Returns how many changed.
 */
export async function settle(
  tx: Db,
  lease: string,
  ids: readonly number[],
  settlement: Settlement,
  detail: { outcome: string; code: string; message: string | null },
  now: number,
): Promise<number> {
  if (ids.length === 0) return 0
  const update = tx
    .updateTable('deliveries')
    .set({ lease: null, lease_until: null, began_at: null, ...detail })
    .where(stateIs('in_flight'))
    .where('lease', '=', lease)
    .where(isOneOf(tx, 'id', ids))
  if (settlement.to !== 'waiting') {
    const result = await update
      .set({
        state: settlement.to,
        settled_at: now,
        attempts: sql<number>`attempts + 1`,
        ...(settlement.to === 'uncertain'
          ? { first_unknown_at: sql<number>`coalesce(first_unknown_at, began_at)` }
          : {}),
      })
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
  }
  const result = await update
    .set({
      state: 'waiting',
      next_at: settlement.nextAt,
      attempts: sql<number>`attempts + ${settlement.counts ? 1 : 0}`,
      ...(settlement.certainty === 'unknown' ? unknownSince(settlement.retryMs) : {}),
    })
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Gives back what was claimed and never left this host. */
export async function putBack(ledger: Ledger, { lease }: Claim): Promise<void> {
  await ledger.db
    .updateTable('deliveries')
    .set({ state: 'waiting', lease: null, lease_until: null, began_at: null })
    .where(stateIs('in_flight'))
    .where('lease', '=', lease)
    .execute()
}

/** The clock of unknown outcomes starts once and moves the deadline forward, never back. */
function unknownSince(retryMs: number) {
  const since = sql<number>`coalesce(first_unknown_at, began_at)`
  return {
    first_unknown_at: since,
    send_until: sql<number>`case when ${since} + ${retryMs} < send_until then ${since} + ${retryMs} else send_until end`,
  }
}

/** Leases that ran out: their requests may have arrived, so they count as unknown from the moment they began. */
export async function reclaimExpired(
  ledger: Ledger,
  connectionId: string,
  retryMs: number,
  deadHolder: string | null = null,
): Promise<number> {
  const result = await ledger.db
    .updateTable('deliveries')
    .set({
      ...unknownSince(retryMs),
      state: 'waiting',
      lease: null,
      lease_until: null,
      began_at: null,
      next_at: ledger.now(),
      attempts: sql<number>`attempts + 1`,
      outcome: 'unknown',
      code: 'no_outcome',
      message: 'The sender stopped before it could note the answer.',
    })
    .where(stateIs('in_flight'))
    .where('connection_id', '=', connectionId)
    .where((e) =>
      deadHolder === null
        ? e.or([
            e('lease_until', '<', ledger.leaseClock()),
            // Further away than any lease ends: the clock was set back, and whoever holds it may be gone.
            e('lease_until', '>', sql<number>`${ledger.leaseClock()} + ${LEASE_MS}`),
          ])
        : e('lease', 'like', `${deadHolder}:%`),
    )
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Rows one sweep changes per statement: bounded, because SQLite writes on the main thread. */
const SWEEP = 1000

/**
 * Past their deadline: `cancelled` when the person was erased meanwhile, `uncertain` when a copy may have arrived (an unknown outcome, or the pixel's own copy under
 * a browser id), else `too_old`. Returns how many changed; call again while that is the most one call may change.
 */
export async function expire(
  ledger: Ledger,
  latest: number,
): Promise<{ changed: number; more: boolean; ended: { connectionId: string; state: DeliveryState }[] }> {
  const rows = await ledger.transaction((tx) => {
    const late = sql<number>`select id from deliveries ${indexedBy(tx, 'deliveries_deadline')}
      where state in ('waiting', 'held') and send_until <= ${latest} limit ${SWEEP}
      ${engineOf(tx) === 'postgres' ? sql`for update skip locked` : sql``}`
    return tx
      .updateTable('deliveries')
      .set({
        state: sql<
          'uncertain' | 'cancelled' | 'too_old'
        >`case when first_unknown_at is not null then 'uncertain' when payload = '' then 'cancelled'
          when browser_id = 1 then 'uncertain' else 'too_old' end`,
        code: sql<string | null>`case when payload = '' then 'erased' else code end`,
        settled_at: ledger.now(),
      })
      .where('id', 'in', sql<number>`(${late})`)
      .returning(['connection_id', 'state'])
      .execute()
  })
  const ended = rows.map(({ connection_id, state }) => ({ connectionId: connection_id, state }))
  return { changed: ended.length, more: ended.length === SWEEP, ended }
}

/** Event sets of a connection that have something waiting: one index step a set, however long the queue. */
export async function setsWithWaiting(db: Db, connectionId: string): Promise<string[]> {
  const sets: string[] = []
  for (let last = ''; sets.length < 100; ) {
    const row = await db
      .selectFrom('deliveries')
      .select('event_source_id')
      .where('connection_id', '=', connectionId)
      .where(stateIs('waiting'))
      .where('event_source_id', '>', last)
      .orderBy('event_source_id')
      .limit(1)
      .executeTakeFirst()
    if (!row) break
    last = row.event_source_id
    sets.push(last)
  }
  return sets
}

/** Whether anything waits to be sent that TikTok may have already. */
export async function unknownWaits(db: Db): Promise<boolean> {
  const query = db.selectFrom('deliveries').select('id').where(stateIs('waiting'))
  return (await query.where('first_unknown_at', 'is not', null).limit(1).executeTakeFirst()) !== undefined
}

/**
 * Makes due what waits for its back-off: all of a connection, or of one set only what TikTok refused alone, or what
 * waits longer than `beyond` ms.
 */
export async function makeDue(
  db: Db,
  of: { connectionId: string; eventSourceId?: string; outcome?: string; beyond?: number },
  now: number,
): Promise<number> {
  let query = db
    .updateTable('deliveries')
    .set({ next_at: now })
    .where('connection_id', '=', of.connectionId)
    .where(stateIs('waiting'))
    .where('next_at', '>', now + (of.beyond ?? 0))
  if (of.eventSourceId !== undefined) query = query.where('event_source_id', '=', of.eventSourceId)
  if (of.outcome !== undefined) query = query.where('outcome', '=', of.outcome)
  const result = await query.executeTakeFirst()
  return Number(result.numUpdatedRows)
}
