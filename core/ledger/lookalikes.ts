import type { Db } from './ledger.ts'

/** Deliveries of other sources with this value and milestone, within `withinMs` of the same moment. */
export async function lookalikes(
  db: Db,
  like: {
    sourceId: string
    originId: number
    connectionId: string
    milestone: string
    value: { minor: number; currency: string }
    occurredAt: number
    withinMs: number
  },
): Promise<number[]> {
  const rows = await db
    .selectFrom('stage_changes')
    .innerJoin('deliveries', 'deliveries.stage_change_id', 'stage_changes.id')
    .select('deliveries.deal_id')
    .where('stage_changes.occurred_at', '>=', like.occurredAt - like.withinMs)
    .where('stage_changes.occurred_at', '<=', like.occurredAt + like.withinMs)
    .where('stage_changes.milestone', '=', like.milestone)
    .where('deliveries.connection_id', '=', like.connectionId)
    .where('deliveries.source_id', '!=', like.sourceId)
    .where('deliveries.origin_id', '!=', like.originId)
    .where('stage_changes.amount_minor', '=', like.value.minor)
    .where('stage_changes.currency', '=', like.value.currency)
    .limit(100)
    .execute()
  return rows.map((row) => row.deal_id)
}
