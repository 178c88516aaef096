import { sql } from 'kysely'
import { forgetPerson, touchWithoutPerson } from '../model/forgotten.ts'
import type { Known } from '../model/known.ts'
import type { Touchpoint } from '../model/record.ts'
import { forgotten } from './inbox.ts'
import type { Db } from './ledger.ts'
import { engineOf, insertRows, isOneOf, stateIs } from './rows.ts'

/** What was blanked, in rows. */
export interface Blanked {
  deals: number
  messages: number
  conflicts: number
  touchpoints: number
  /** Deliveries whose bytes are gone; their ids, states and amounts stay. */
  payloads: number
  /** Of these, never tried: they will not be sent. */
  cancelled: number
  /** Of these, tried without an answer: a person decides. */
  uncertain: number
}

export function nothingBlanked(): Blanked {
  return { deals: 0, messages: 0, conflicts: 0, touchpoints: 0, payloads: 0, cancelled: 0, uncertain: 0 }
}

/** Persons whose rows are not blanked yet. */
export async function pendingHashes(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('suppressions')
    .select('hash')
    .where(sql<boolean>`pending = 1`)
    .limit(limit)
    .execute()
  return rows.map((row) => row.hash)
}

/** Ids of deals on which a person was seen who is yet to be blanked. */
export function pendingDeals(db: Db) {
  return db
    .selectFrom('identities')
    .select('deal_id')
    .where('prefix', 'in', db.selectFrom('suppressions').select('prefix').where(sql<boolean>`pending = 1`))
}

/** A page of them, by id. */
export async function pageOfPendingDeals(db: Db, limit: number): Promise<number[]> {
  const rows = await pendingDeals(db).distinct().orderBy('deal_id').limit(limit).execute()
  return rows.map((row) => row.deal_id)
}

/** Messages that were not read into deals, yet or ever, and hold one of these digests. Reads all such messages. */
export async function unreadMessagesOf(reader: Db, hashes: readonly string[]): Promise<number[]> {
  const rows = await reader
    .selectFrom('inbox')
    .select('id')
    .where((e) => e.or([stateIs('new'), stateIs('failed')]))
    .where((e) => e.or(hashes.map((hash) => e('identity', 'like', `%"${hash}"%`))))
    .execute()
  return rows.map((row) => row.id)
}

/** Blanks messages by id. */
export async function eraseMessages(tx: Db, ids: readonly number[]): Promise<Blanked> {
  const rows = await tx
    .selectFrom('inbox')
    .select(['id', 'source_id', 'key', 'content', 'identity'])
    .where(isOneOf(tx, 'id', ids))
    .execute()
  return blankMessages(tx, rows)
}

interface StoredMessage {
  id: number
  source_id: string
  key: string
  content: string
  identity: string | null
}

async function blankMessages(tx: Db, rows: readonly StoredMessage[]): Promise<Blanked> {
  const blanked = nothingBlanked()
  for (const row of rows) {
    const blank = forgotten(row)
    if (row.content === blank.content && row.identity === blank.identity) continue
    await tx.updateTable('inbox').set(blank).where('id', '=', row.id).execute()
    blanked.messages += 1
  }
  for (const [sourceId, group] of Map.groupBy(rows, (row) => row.source_id)) {
    const keys = group.map((row) => row.key)
    const others = await tx
      .selectFrom('conflicts')
      .select(['id', 'content'])
      .where('source_id', '=', sourceId)
      .where(isOneOf(tx, 'key', keys))
      .execute()
    for (const other of others) {
      const { content } = forgotten(other)
      if (content === other.content) continue
      await tx.updateTable('conflicts').set({ content }).where('id', '=', other.id).execute()
      blanked.conflicts += 1
    }
  }
  return blanked
}

/**
 * Blanks whole deals: whoever was seen on one was the person its clicks and bytes are about. Messages, conflicts,
 * touchpoints, what is known, and every delivery; a few rows of each per deal, in the caller's transaction.
 */
export async function eraseDeals(tx: Db, dealIds: readonly number[], now: number): Promise<Blanked> {
  let query = tx
    .selectFrom('deals')
    .select(['id', 'source_id', 'record_type', 'record_id', 'known', 'created_at'])
    .where(isOneOf(tx, 'id', dealIds))
    .orderBy('id')
  if (engineOf(tx) === 'postgres') query = query.forUpdate()
  const deals = await query.execute()
  const blanked = nothingBlanked()
  for (const { id, known } of deals) {
    const blank = JSON.stringify(forgetPerson(JSON.parse(known) as Known, now))
    await tx.updateTable('deals').set({ known: blank }).where('id', '=', id).execute()
    blanked.deals += 1
  }
  for (const deal of deals) {
    const messages = await tx
      .selectFrom('inbox')
      .select(['id', 'source_id', 'key', 'content', 'identity'])
      .where('source_id', '=', deal.source_id)
      .where('record_id', '=', deal.record_id)
      .where('record_type', '=', deal.record_type)
      .execute()
    add(blanked, await blankMessages(tx, messages))
  }
  blanked.touchpoints = await blankTouchpoints(tx, dealIds)
  add(blanked, await blankDeliveries(tx, dealIds, now))
  await tx
    .deleteFrom('identities')
    .where(isOneOf(tx, 'deal_id', dealIds))
    .where('prefix', 'in', tx.selectFrom('suppressions').select('prefix').where(sql<boolean>`pending = 1`))
    .execute()
  return blanked
}

/** Adds what one step blanked to what others did. */
export function add(sum: Blanked, more: Blanked): void {
  for (const name of Object.keys(sum) as (keyof Blanked)[]) sum[name] += more[name]
}

async function blankTouchpoints(tx: Db, dealIds: readonly number[]): Promise<number> {
  const rows = await tx
    .selectFrom('touchpoints')
    .selectAll()
    .where(isOneOf(tx, 'deal_id', dealIds))
    .execute()
  const blank = rows.map((row) => ({
    ...row,
    content: JSON.stringify(touchWithoutPerson(JSON.parse(row.content) as Touchpoint)),
  }))
  await insertRows(tx, 'touchpoints', blank, [], '(id) do update set content = excluded.content')
  return rows.length
}

/**
 * Takes the bytes of deliveries and ends those that are not final. What is in flight is settled by its holder, who has
 * the bytes; should it wait again, its deadline is over and the next sweep ends it (see `expire`).
 */
async function blankDeliveries(tx: Db, dealIds: readonly number[], now: number): Promise<Blanked> {
  const ended = { settled_at: now, hold_reason: null, payload: '', code: 'erased', message: ERASED }
  const of = () => tx.updateTable('deliveries').where(isOneOf(tx, 'deal_id', dealIds))
  const cancelled = await of()
    .set({ ...ended, state: 'cancelled' })
    .where(sql<boolean>`state in ('held', 'waiting')`)
    .where('first_unknown_at', 'is', null)
    .executeTakeFirst()
  const uncertain = await of()
    .set({ ...ended, state: 'uncertain' })
    .where(stateIs('waiting'))
    .where('first_unknown_at', 'is not', null)
    .executeTakeFirst()
  await of().set({ send_until: 0 }).where(stateIs('in_flight')).execute()
  const others = await of().set({ payload: '' }).where('payload', '!=', '').executeTakeFirst()
  const blanked = nothingBlanked()
  blanked.cancelled = Number(cancelled.numUpdatedRows)
  blanked.uncertain = Number(uncertain.numUpdatedRows)
  blanked.payloads = blanked.cancelled + blanked.uncertain + Number(others.numUpdatedRows)
  return blanked
}

const ERASED = 'The person asked to be forgotten.'

/** Everything of these persons is blanked. */
export async function markErased(db: Db, hashes: readonly string[]): Promise<void> {
  await db
    .updateTable('suppressions')
    .set({ pending: 0 })
    .where(isOneOf(db, 'hash', hashes))
    .execute()
}
