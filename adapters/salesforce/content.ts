import { z } from 'zod'
import type { StoredTicket, Ticket } from '../../core/adapter.ts'
import type { RawIdentity } from '../../core/identity/identity.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { JsonValue } from '../../core/model/json.ts'
import { leadShape } from './records/lead.ts'
import { opportunityShape } from './records/opportunity.ts'

/** What a ticket of ours keeps for `hydrate`. */
const contentShape = z.discriminatedUnion('is', [
  /** A poll saw it: everything but its history is here. */
  z.object({ is: z.literal('opportunity'), opportunity: opportunityShape }),
  z.object({ is: z.literal('lead'), lead: leadShape }),
  /** Somebody said that it changed: the record is read first. */
  z.object({ is: z.literal('hint') }),
  /** It was deleted at this moment, epoch ms. */
  z.object({ is: z.literal('gone'), at: z.number() }),
])
export type Content = z.infer<typeof contentShape>

/** The record types of this adapter. */
export type RecordType = 'opportunity' | 'lead'

/** Makes a ticket. `said` is what repeats with the key: the same message may come again with newer values. */
export function ticket(
  key: string,
  record: { type: RecordType; id: string },
  content: Content,
  { identity = null, said = {} }: { identity?: RawIdentity | null; said?: JsonValue } = {},
): Ticket {
  return { key, id: null, record, said, content: content as unknown as JsonValue, identity }
}

/** Reads the content of a stored ticket back. */
export function contentOf({ key, content }: StoredTicket): Content {
  const read = contentShape.safeParse(content)
  if (read.success) return read.data
  throw new ClosebackError('invalid', `The stored ticket ${key} cannot be read by this version.`, {
    remedy: 'Run the version of Closeback that received it, or a later one.',
  })
}
