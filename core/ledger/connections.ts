import type { Selectable } from 'kysely'
import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'
import type { EventSetsTable } from './schema.ts'

/** Stands for every connection: a restored ledger stays paused until somebody resumes it. */
export const ALL_CONNECTIONS = '*'

export type ParkedSet = Selectable<EventSetsTable>

export async function pausedConnections(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('connections').select('id').where('paused_at', 'is not', null).execute()
  return new Set(rows.map((row) => row.id))
}

export async function setPaused(db: Db, id: string, pausedAt: number | null): Promise<void> {
  await insertRows(db, 'connections', [{ id, paused_at: pausedAt, disconnected_at: null }])
  await db.updateTable('connections').set({ paused_at: pausedAt }).where('id', '=', id).execute()
}

export async function disconnectedConnections(db: Db): Promise<Set<string>> {
  const rows = await db
    .selectFrom('connections')
    .select('id')
    .where('disconnected_at', 'is not', null)
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** Notes that the token of a connection was given up (`null`: that it has a new one). It has to be known already. */
export async function setDisconnected(db: Db, id: string, at: number | null): Promise<void> {
  await db.updateTable('connections').set({ disconnected_at: at }).where('id', '=', id).execute()
}

export async function parkedSets(db: Db): Promise<ParkedSet[]> {
  return db.selectFrom('event_sets').selectAll().orderBy('connection_id').orderBy('event_source_id').execute()
}

/** Parks an event set, or notes that its probe failed again; `parked_at` stays when it was first parked. */
export async function park(db: Db, set: ParkedSet): Promise<void> {
  await insertRows(db, 'event_sets', [set])
  const { code, message, remedy, token_digest, probe_at } = set
  await db
    .updateTable('event_sets')
    .set({ code, message, remedy, token_digest, probe_at })
    .where('connection_id', '=', set.connection_id)
    .where('event_source_id', '=', set.event_source_id)
    .execute()
}

/** A probe failed for whatever reason: when the next one is due, and which token it was made with. */
export async function probeAfter(
  db: Db,
  set: Pick<ParkedSet, 'connection_id' | 'event_source_id' | 'token_digest' | 'probe_at'>,
): Promise<void> {
  await db
    .updateTable('event_sets')
    .set({ token_digest: set.token_digest, probe_at: set.probe_at })
    .where('connection_id', '=', set.connection_id)
    .where('event_source_id', '=', set.event_source_id)
    .execute()
}

export async function unpark(db: Db, connectionId: string, eventSourceId: string): Promise<void> {
  await db
    .deleteFrom('event_sets')
    .where('connection_id', '=', connectionId)
    .where('event_source_id', '=', eventSourceId)
    .execute()
}

/** Takes back what TikTok said of a token (codes 401xx) that this connection has no more: sets are sent to again as ever. */
export async function unparkRefused(db: Db, connectionId: string): Promise<void> {
  await db
    .deleteFrom('event_sets')
    .where('connection_id', '=', connectionId)
    .where('code', 'like', '401%')
    .execute()
}

/** The next cycle probes the parked sets of this connection (of all, for `*`) at once. */
export async function probeNow(db: Db, connectionId: string): Promise<void> {
  let query = db.updateTable('event_sets').set({ probe_at: 0 })
  if (connectionId !== ALL_CONNECTIONS) query = query.where('connection_id', '=', connectionId)
  await query.execute()
}
