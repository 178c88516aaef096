import { sql } from 'kysely'
import { REASONS, type Reason } from '../model/delivery.ts'
import type { BrowserEvent, RecordRef, StageChange } from '../model/record.ts'
import type { Db } from './ledger.ts'
import { insertRows, isOneOf } from './rows.ts'

export interface NewStageChange {
  sourceId: string
  dealId: number
  change: StageChange
}

/** Adds what is new and says which ids the new ones got, by key; a change already known is left out. */
export async function addStageChanges(
  tx: Db,
  changes: readonly NewStageChange[],
  now: number,
): Promise<Map<string, number>> {
  const rows = changes.map(({ sourceId, dealId, change }) => ({
    source_id: sourceId,
    key: change.key,
    deal_id: dealId,
    pipeline: change.pipeline,
    stage: change.stage,
    previous_stage: change.previousStage,
    milestone: change.milestone,
    occurred_at: change.occurredAt,
    history_id: change.historyId,
    amount_minor: change.amount?.minor ?? null,
    currency: change.amount?.currency ?? null,
    browser_event: change.browserEvent ? JSON.stringify(change.browserEvent) : null,
    seen_at: now,
    aside: change.aside ? 1 : null,
  }))
  const inserted = await insertRows<object, { id: number; key: string }>(tx, 'stage_changes', rows, [
    'id',
    'key',
  ])
  return new Map(inserted.map((row) => [row.key, row.id]))
}

export interface StageChangeRow {
  id: number
  dealId: number
  sourceId: string
  seenAt: number
  change: StageChange
}

/** Stage changes with the record they belong to, for `toStageChange`. */
export function selectStageChanges(db: Db) {
  return db
    .selectFrom('stage_changes')
    .innerJoin('deals', 'deals.id', 'stage_changes.deal_id')
    .selectAll('stage_changes')
    .select(['deals.record_type', 'deals.record_id'])
}

type Selected = Awaited<ReturnType<ReturnType<typeof selectStageChanges>['execute']>>[number]

export function toStageChange(row: Selected): StageChangeRow {
  const record: RecordRef = { type: row.record_type, id: row.record_id }
  return {
    id: row.id,
    dealId: row.deal_id,
    sourceId: row.source_id,
    seenAt: row.seen_at,
    change: {
      key: row.key,
      record,
      pipeline: row.pipeline,
      stage: row.stage,
      previousStage: row.previous_stage,
      milestone: row.milestone,
      occurredAt: row.occurred_at,
      historyId: row.history_id,
      amount:
        row.amount_minor === null || row.currency === null
          ? null
          : { minor: row.amount_minor, currency: row.currency },
      browserEvent: row.browser_event ? (JSON.parse(row.browser_event) as BrowserEvent) : null,
      ...(row.aside !== null && { aside: true }),
    },
  }
}

export async function stageChangesById(db: Db, ids: readonly number[]): Promise<StageChangeRow[]> {
  if (ids.length === 0) return []
  const rows = await selectStageChanges(db)
    .where(isOneOf(db, 'stage_changes.id', ids))
    .execute()
  return rows.map(toStageChange)
}

export async function stageChangesOf(db: Db, dealId: number): Promise<StageChangeRow[]> {
  const rows = await selectStageChanges(db)
    .where('deal_id', '=', dealId)
    .orderBy('occurred_at')
    .orderBy('stage_changes.id')
    .execute()
  return rows.map(toStageChange)
}

export interface ReasonRow {
  stageChangeId: number
  /** Empty where no rule matched. */
  ruleId: string
  connectionId: string
  reason: Reason
  detail: string
}

export async function addReasons(tx: Db, reasons: readonly ReasonRow[]): Promise<void> {
  const rows = reasons.map((row) => ({
    stage_change_id: row.stageChangeId,
    rule_id: row.ruleId,
    connection_id: row.connectionId,
    reason: row.reason,
    detail: row.detail,
  }))
  await insertRows(tx, 'reasons', rows)
}

export async function reasonsOf(db: Db, stageChangeIds: readonly number[]): Promise<ReasonRow[]> {
  if (stageChangeIds.length === 0) return []
  const rows = await db
    .selectFrom('reasons')
    .selectAll()
    .where(isOneOf(db, 'stage_change_id', stageChangeIds))
    .execute()
  return rows.map((row) => ({
    stageChangeId: row.stage_change_id,
    ruleId: row.rule_id,
    connectionId: row.connection_id,
    reason: row.reason,
    detail: row.detail,
  }))
}

/** How many stage changes have each reason as their own: the strongest, where nothing was sent or will be. */
export async function countReasons(db: Db): Promise<{ reason: Reason; count: number }[]> {
  const ranks = REASONS.map((reason, rank) => sql`when ${sql.lit(reason)} then ${sql.lit(rank)}`)
  const own = db
    .selectFrom('reasons')
    .select(sql<number>`min(case reason ${sql.join(ranks, sql` `)} end)`.as('rank'))
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('deliveries')
            .select('deliveries.id')
            .whereRef('deliveries.stage_change_id', '=', 'reasons.stage_change_id'),
        ),
      ),
    )
    .groupBy('stage_change_id')
  const rows = await db
    .selectFrom(own.as('own'))
    .select((e) => ['rank', e.fn.countAll<number>().as('count')])
    .groupBy('rank')
    .orderBy('rank')
    .execute()
  return rows.map(({ rank, count }) => ({ reason: REASONS[rank] as Reason, count }))
}
