import { sql } from 'kysely'
import type { Known } from '../model/known.ts'
import type { RecordRef, Touchpoint } from '../model/record.ts'
import type { Db } from './ledger.ts'
import { engineOf, insertRows, isOneOf } from './rows.ts'

/** The latest known state of a record. Identifies nobody: identity is inside `known`, as hashes. */
export interface DealRow {
  id: number
  sourceId: string
  record: RecordRef
  /** The first-seen record of the same deal: its id is the one conversions are counted under. */
  originId: number
  link: string | null
  known: Known
}

function columns(tx: Db) {
  return tx
    .selectFrom('deals')
    .select(['id', 'source_id', 'record_type', 'record_id', 'origin_id', 'link', 'known'])
}

interface Selected {
  id: number
  source_id: string
  record_type: string
  record_id: string
  origin_id: number | null
  link: string | null
  known: string
}

function toDeal(row: Selected): DealRow {
  return {
    id: row.id,
    sourceId: row.source_id,
    record: { type: row.record_type, id: row.record_id },
    originId: row.origin_id ?? row.id,
    link: row.link,
    known: JSON.parse(row.known) as Known,
  }
}

/**
 * The deals of these records, created where they are new, locked for the rest of the transaction. Locked in one
 * order, so that two hosts working on the same records wait for each other instead of deadlocking.
 */
export async function lockDeals(
  tx: Db,
  sourceId: string,
  records: readonly RecordRef[],
  now: number,
): Promise<DealRow[]> {
  const rows = records.map((record) => ({
    source_id: sourceId,
    record_type: record.type,
    record_id: record.id,
    known: '{}',
    created_at: now,
  }))
  await insertRows(tx, 'deals', rows.sort(byRecord))
  let query = columns(tx)
    .where('source_id', '=', sourceId)
    .where(isOneOf(tx, 'record_id', [...new Set(records.map((record) => record.id))]))
    .orderBy('id')
  if (engineOf(tx) === 'postgres') query = query.forUpdate()
  const wanted = new Set(records.map((record) => `${record.type}\n${record.id}`))
  return (await query.execute())
    .filter((row) => wanted.has(`${row.record_type}\n${row.record_id}`))
    .map(toDeal)
}

function byRecord(a: { record_id: string }, b: { record_id: string }): number {
  return a.record_id < b.record_id ? -1 : a.record_id > b.record_id ? 1 : 0
}

export async function dealById(db: Db, id: number): Promise<DealRow | null> {
  const row = await columns(db).where('id', '=', id).executeTakeFirst()
  return row ? toDeal(row) : null
}

export async function dealsById(db: Db, ids: readonly number[]): Promise<DealRow[]> {
  if (ids.length === 0) return []
  return (
    await columns(db)
      .where(isOneOf(db, 'id', ids))
      .execute()
  ).map(toDeal)
}

/** The same, locked for the rest of the transaction in the order of their ids. */
export async function lockDealsById(tx: Db, ids: readonly number[]): Promise<DealRow[]> {
  if (ids.length === 0) return []
  let query = columns(tx)
    .where(isOneOf(tx, 'id', ids))
    .orderBy('id')
  if (engineOf(tx) === 'postgres') query = query.forUpdate()
  return (await query.execute()).map(toDeal)
}

/** All records a source calls by one of these ids, whatever their type. */
export async function dealsByRecordId(db: Db, sourceId: string, ids: readonly string[]): Promise<DealRow[]> {
  if (ids.length === 0) return []
  return (
    await columns(db)
      .where('source_id', '=', sourceId)
      .where(isOneOf(db, 'record_id', ids))
      .execute()
  ).map(toDeal)
}

/** All records a source calls by this id; `type` narrows it to one. */
export async function findDeals(
  db: Db,
  sourceId: string,
  id: string,
  type: string | null,
): Promise<DealRow[]> {
  let query = columns(db).where('source_id', '=', sourceId).where('record_id', '=', id)
  if (type !== null) query = query.where('record_type', '=', type)
  return (await query.execute()).map(toDeal)
}

/**
 * The same deal's record in another source: the one whose id this record names (`link`), or one that names
 * this record's id. The first seen lends its identity to both.
 */
export async function findTwin(tx: Db, deal: DealRow): Promise<DealRow | null> {
  const rows = await columns(tx)
    .where('source_id', '!=', deal.sourceId)
    .where('id', '!=', deal.id)
    .where((e) =>
      deal.link === null
        ? e('link', '=', deal.record.id)
        : e.or([e('link', '=', deal.record.id), e('link', '=', deal.link), e('record_id', '=', deal.link)]),
    )
    .orderBy('id')
    .limit(1)
    .execute()
  return rows[0] ? toDeal(rows[0]) : null
}

/**
 * Transactions that name one of these records wait for each other (SQLite has one writer anyway). Locked in one order, so
 * that none waits for another in a circle.
 */
export async function lockNames(tx: Db, names: readonly string[]): Promise<void> {
  if (engineOf(tx) !== 'postgres') return
  for (const name of [...new Set(names)].sort())
    await sql`select pg_advisory_xact_lock(hashtextextended(${`deal ${name}`}, 0))`.execute(tx)
}

/** Writes what is known now; the rows exist and are locked by this transaction. */
export async function saveDeals(tx: Db, deals: readonly DealRow[]): Promise<void> {
  const rows = deals.map((deal) => ({
    id: deal.id,
    source_id: deal.sourceId,
    record_type: deal.record.type,
    record_id: deal.record.id,
    origin_id: deal.originId === deal.id ? null : deal.originId,
    link: deal.link,
    known: JSON.stringify(deal.known),
    created_at: 0,
  }))
  const update =
    '(id) do update set known = excluded.known, link = excluded.link, origin_id = excluded.origin_id'
  await insertRows(tx, 'deals', rows, [], update)
}

/** Touchpoints are what they say: the same one twice is one. */
export async function addTouchpoints(
  tx: Db,
  touchpoints: readonly { dealId: number; digest: string; touchpoint: Touchpoint }[],
): Promise<void> {
  const rows = touchpoints.map(({ dealId, digest, touchpoint }) => ({
    deal_id: dealId,
    digest,
    at: touchpoint.at,
    content: JSON.stringify(touchpoint),
  }))
  await insertRows(tx, 'touchpoints', rows)
}

export async function touchpointsOf(db: Db, dealId: number): Promise<Touchpoint[]> {
  const rows = await db
    .selectFrom('touchpoints')
    .select('content')
    .where('deal_id', '=', dealId)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map((row) => JSON.parse(row.content) as Touchpoint)
}
