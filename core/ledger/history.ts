import { sql } from 'kysely'
import type { Known } from '../model/known.ts'
import type { RecordRef } from '../model/record.ts'
import { type DealRow, dealsByRecordId } from './deals.ts'
import type { Db } from './ledger.ts'
import { isOneOf } from './rows.ts'
import { type ReasonRow, type StageChangeRow, selectStageChanges, toStageChange } from './stage-changes.ts'

/** Which stage changes are meant: what occurred since then, of one source or of all. */
export interface Since {
  /** Epoch ms. */
  since: number
  sourceId: string | null
}

/** A stage change as it stands in the ledger, with what is known of its deal now. */
export interface PastRow extends StageChangeRow {
  known: Known
  originId: number
  origin: { sourceId: string; record: RecordRef }
  /** The same deal, here or in another source, entered this milestone at another time too. */
  hasSibling: boolean
}

/** How many stage changes there are to go through, and where in the table they begin. */
export async function extentOf(
  db: Db,
  { since, sourceId }: Since,
): Promise<{ count: number; firstId: number }> {
  let query = db
    .selectFrom('stage_changes')
    .select((e) => [e.fn.countAll<number>().as('n'), e.fn.min<number | null>('id').as('first')])
    .where('occurred_at', '>=', since)
  if (sourceId !== null) query = query.where('source_id', '=', sourceId)
  const { n, first } = await query.executeTakeFirstOrThrow()
  return { count: n, firstId: first ?? 0 }
}

/**
 * The next stage changes in the order they came in. Paged by id, because rows stand in the file in that order: by the
 * time they occurred, every row would be a page of its own. `twins` also looks for siblings among linked records.
 */
export async function pastPage(
  db: Db,
  { since, sourceId }: Since,
  page: { afterId: number; limit: number; twins: boolean },
): Promise<PastRow[]> {
  const sibling = sql<number>`exists (select 1 from stage_changes as other where other.deal_id = stage_changes.deal_id
    and other.milestone = stage_changes.milestone and other.id <> stage_changes.id)`
  const twin = sql<number>`deals.origin_id is not null
    or exists (select 1 from deals as twin where twin.origin_id = deals.id)`
  let query = selectStageChanges(db)
    .leftJoin('deals as origins', 'origins.id', 'deals.origin_id')
    .select([
      'deals.known',
      'deals.origin_id',
      'origins.source_id as origin_source',
      'origins.record_type as origin_type',
      'origins.record_id as origin_record',
      (page.twins ? sql<number>`(${sibling} or ${twin})` : sibling).as('sibling'),
    ])
    .where('stage_changes.id', '>', page.afterId)
    // The plus keeps both planners from the index on time, which would have to be sorted again for each page.
    .where(sql<boolean>`+stage_changes.occurred_at >= ${since}`)
    .orderBy('stage_changes.id')
    .limit(page.limit)
  if (sourceId !== null) query = query.where(sql<boolean>`stage_changes.source_id || '' = ${sourceId}`)
  return (await query.execute()).map((row) => ({
    ...toStageChange(row),
    known: JSON.parse(row.known) as Known,
    originId: row.origin_id ?? row.deal_id,
    origin:
      row.origin_source === null || row.origin_type === null || row.origin_record === null
        ? { sourceId: row.source_id, record: { type: row.record_type, id: row.record_id } }
        : { sourceId: row.origin_source, record: { type: row.origin_type, id: row.origin_record } },
    // SQLite answers 0 and 1, PostgreSQL true and false.
    hasSibling: Boolean(row.sibling),
  }))
}

/** The deals of these records that the ledger knows; changes nothing. */
export async function knownDeals(
  db: Db,
  sourceId: string,
  records: readonly RecordRef[],
): Promise<DealRow[]> {
  const wanted = new Set(records.map((record) => `${record.type}\n${record.id}`))
  const deals = await dealsByRecordId(db, sourceId, [...new Set(records.map((record) => record.id))])
  return deals.filter(({ record }) => wanted.has(`${record.type}\n${record.id}`))
}

/** Ids of the stage changes with these keys, by key. */
export async function stageChangeIds(
  db: Db,
  sourceId: string,
  keys: readonly string[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('stage_changes')
    .select(['id', 'key'])
    .where('source_id', '=', sourceId)
    .where(isOneOf(db, 'key', keys))
    .execute()
  return new Map(rows.map((row) => [row.key, row.id]))
}

/** What tells deliveries apart, and what they came to; no bytes. */
export type PastDelivery = Awaited<ReturnType<typeof pastDeliveries>>[number]

/** The deliveries counted under these deals, oldest first. */
export async function pastDeliveries(db: Db, originIds: readonly number[]) {
  if (originIds.length === 0) return []
  return db
    .selectFrom('deliveries')
    .select([
      'id',
      'stage_change_id',
      'deal_id',
      'origin_id',
      'connection_id',
      'rule_id',
      'milestone',
      'occurrence',
      'event',
      'event_source',
      'event_source_id',
      'event_id',
      'state',
      'value_minor',
      'currency',
    ])
    .where(isOneOf(db, 'origin_id', originIds))
    .orderBy('id')
    .execute()
}

/** Takes away reasons that no longer hold, by stage change, rule and connection. */
export async function removeReasons(
  tx: Db,
  reasons: readonly Pick<ReasonRow, 'stageChangeId' | 'ruleId' | 'connectionId'>[],
): Promise<void> {
  for (const { stageChangeId, ruleId, connectionId } of reasons) {
    await tx
      .deleteFrom('reasons')
      .where('stage_change_id', '=', stageChangeId)
      .where('rule_id', '=', ruleId)
      .where('connection_id', '=', connectionId)
      .execute()
  }
}

/** Which of these tickets' keys the inbox knows already. */
export async function knownTickets(
  db: Db,
  sourceId: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('inbox')
    .select(['key', 'digest'])
    .where('source_id', '=', sourceId)
    .where(isOneOf(db, 'key', keys))
    .execute()
  return new Map(rows.map((row) => [row.key, row.digest]))
}
