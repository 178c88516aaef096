import { z } from 'zod'
import type { Ticket } from '../../../core/adapter.ts'
import { KEY_PREFIXES } from '../constants.ts'
import { type RecordType, ticket } from '../content.ts'
import { id18 } from '../ids.ts'

/** What is read of a change event (Change Data Capture guide, "Change Event Header"). */
const eventShape = z.object({
  payload: z.object({
    ChangeEventHeader: z.object({
      entityName: z.string(),
      recordIds: z.array(z.string()),
      changeType: z.string(),
      changedFields: z.array(z.string()).default([]),
    }),
  }),
  event: z.object({ replayId: z.number() }),
})

/** Objects that are followed, and the fields whose change may be a stage change. */
const FOLLOWED: Record<string, { type: RecordType; prefix: string; moves: readonly string[] }> = {
  Opportunity: { type: 'opportunity', prefix: KEY_PREFIXES.Opportunity, moves: ['StageName'] },
  Lead: { type: 'lead', prefix: KEY_PREFIXES.Lead, moves: ['Status', 'IsConverted'] },
}

export interface Change {
  replayId: number
  /** One hint for each record. None for an update that moved nothing, nor for an overflow, which names no records: the poll reads those. */
  tickets: Ticket[]
}

/** Reads what came over a channel; `null` for what is no change event. Values in it are not believed: the record is asked for. */
export function readChange(said: unknown): Change | null {
  const read = eventShape.safeParse(said)
  if (!read.success) return null
  const { replayId } = read.data.event
  const { entityName, recordIds, changeType, changedFields } = read.data.payload.ChangeEventHeader
  const followed = FOLLOWED[entityName]
  const isStill =
    changeType === 'UPDATE' &&
    changedFields.length > 0 &&
    !changedFields.some((field) => followed?.moves.includes(field))
  if (followed === undefined || isStill || changeType === 'GAP_OVERFLOW') return { replayId, tickets: [] }
  const ids = recordIds.flatMap((id) => (id.startsWith(followed.prefix) ? (id18(id) ?? []) : []))
  const tickets = [...new Set(ids)].map((id) =>
    ticket(`change:${replayId}:${id}`, { type: followed.type, id }, { is: 'hint' }),
  )
  return { replayId, tickets }
}
