import type { Hydrated, StoredTicket } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { EMPTY_FACTS, LOST, WON } from '../../core/model/record.ts'
import { contentSchema } from './content.ts'

/** The stage change that a stored item said; nothing is fetched, the item was complete. */
export function hydrateTicket(ticket: StoredTicket): Hydrated {
  const read = contentSchema.safeParse(ticket.content)
  if (!read.success)
    throw new ClosebackError('invalid', `The stored item ${ticket.key} cannot be read by this version.`, {
      remedy: 'Run the version of Closeback that received it, or a later one.',
    })
  const { stage, previousStage, pipeline, occurredAt, browserEvent, facts, touchpoints } = read.data
  return {
    ticket: ticket.key,
    change: {
      key: ticket.key,
      record: ticket.record,
      pipeline,
      stage,
      previousStage,
      milestone: milestoneOf(stage),
      occurredAt,
      historyId: null,
      amount: facts.amount,
      browserEvent,
    },
    facts: { ...EMPTY_FACTS, ...facts },
    asOf: occurredAt,
    identity: ticket.identity,
    touchpoints,
  }
}

// "Won" is never another stage than "won": a capital must not cost a customer the revenue.
function milestoneOf(stage: string): string {
  const lower = stage.toLowerCase()
  return lower === WON || lower === LOST ? lower : stage
}
