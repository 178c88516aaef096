import { type Selectable, sql } from 'kysely'
import type { Db, Ledger } from './ledger.ts'
import { engineOf, insertRows } from './rows.ts'
import type { AlertsTable } from './schema.ts'

export type AlertRow = Selectable<AlertsTable>

/** Something that is wrong now. `kind` and `subject` together are what an alert is about. */
export interface NewAlert {
  kind: string
  subject: string
  /** Epoch ms. */
  since: number
  /** JSON: what is wrong, and the first thing to look at. */
  detail: string
}

/** Who sends an alert has this long; then another host may. */
const SEND_LEASE_MS = 60_000

export async function openAlerts(db: Db): Promise<AlertRow[]> {
  return db.selectFrom('alerts').selectAll().where('resolved_at', 'is', null).orderBy('id').execute()
}

/** Opens an alert. False when another host was faster. */
export async function raiseAlert(tx: Db, alert: NewAlert, now: number): Promise<boolean> {
  const row = {
    ...alert,
    seen_at: now,
    told_at: now,
    pending: 'raised' as const,
    next_at: now,
    attempts: 0,
    last_sent_at: null,
    resolved_at: null,
  }
  return (await insertRows(tx, 'alerts', [row], ['id'])).length === 1
}

/** It is still so. */
export async function keepAlert(
  tx: Db,
  id: number,
  { detail }: Pick<NewAlert, 'detail'>,
  now: number,
): Promise<void> {
  await tx.updateTable('alerts').set({ seen_at: now, detail }).where('id', '=', id).execute()
}

/** Tells it again. False when another host just did. */
export async function repeatAlert(
  tx: Db,
  { id, told_at }: Pick<AlertRow, 'id' | 'told_at'>,
  now: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('alerts')
    .set({ told_at: now, pending: 'repeated', next_at: now, attempts: 0 })
    .where('id', '=', id)
    .where('told_at', '=', told_at)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** It is over. What nobody was sent is not taken back. False when another host said so already. */
export async function resolveAlert(tx: Db, id: number, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('alerts')
    .set({
      resolved_at: now,
      pending: sql<'resolved' | null>`case when last_sent_at is null then null else 'resolved' end`,
      next_at: now,
      attempts: 0,
    })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Takes the alerts that are to be sent now, for one host. */
export async function claimUnsent(ledger: Ledger, limit: number): Promise<AlertRow[]> {
  const now = ledger.now()
  return ledger.transaction((tx) => {
    let due = tx
      .selectFrom('alerts')
      .select('id')
      .where('pending', 'is not', null)
      .where('next_at', '<=', now)
      .orderBy('next_at')
      .orderBy('id')
      .limit(limit)
    if (engineOf(tx) === 'postgres') due = due.forUpdate().skipLocked()
    return tx
      .updateTable('alerts')
      .set({ next_at: now + SEND_LEASE_MS, attempts: sql<number>`attempts + 1` })
      .where('id', 'in', due)
      .returningAll()
      .execute()
  })
}

/** The webhook took it. What was resolved while it was on its way is taken back next. */
export async function markSent(db: Db, { id, pending }: AlertRow, now: number): Promise<void> {
  await db
    .updateTable('alerts')
    .set({
      last_sent_at: now,
      pending:
        pending === 'resolved'
          ? null
          : sql<'resolved' | null>`case when resolved_at is null then null else 'resolved' end`,
      next_at: now,
      attempts: 0,
    })
    .where('id', '=', id)
    .execute()
}

/** The webhook did not take it: again at `nextAt`, or never when that is null. */
export async function putOff(db: Db, id: number, nextAt: number | null): Promise<void> {
  const change = nextAt === null ? { pending: null } : { next_at: nextAt }
  await db.updateTable('alerts').set(change).where('id', '=', id).execute()
}
