import type { Route } from '../model/delivery.ts'
import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'

export interface AttemptRow {
  connectionId: string
  route: Route
  eventSourceId: string
  startedAt: number
  endedAt: number
  httpStatus: number | null
  outcome: string
  code: string
  message: string
  requestId: string | null
  deliveryIds: readonly number[]
}

/** One request and its answer, and which deliveries were in it. */
export async function addAttempt(tx: Db, attempt: AttemptRow): Promise<void> {
  const { id } = await tx
    .insertInto('attempts')
    .values({
      connection_id: attempt.connectionId,
      event_source: attempt.route,
      event_source_id: attempt.eventSourceId,
      started_at: attempt.startedAt,
      ended_at: attempt.endedAt,
      events: attempt.deliveryIds.length,
      http_status: attempt.httpStatus,
      outcome: attempt.outcome,
      code: attempt.code,
      message: attempt.message,
      request_id: attempt.requestId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const rows = attempt.deliveryIds.map((delivery_id) => ({ delivery_id, attempt_id: id }))
  await insertRows(tx, 'attempt_deliveries', rows)
}
