import { z } from 'zod'
import type { StoredTicket } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Facts, Touchpoint } from '../../core/model/record.ts'

/** A workflow asked for a conversion: the deal entered a stage of its own making. */
const action = z.object({ stage: z.string().min(1), at: z.number() })

/** A submitted form says everything itself; its facts were made by the version that read it. */
const form = z.object({
  at: z.number(),
  form: z.string(),
  facts: z.record(z.string(), z.unknown()),
  touchpoints: z.array(z.unknown()),
  browserEvent: z.object({ id: z.string(), name: z.string() }).nullable(),
})

const contentSchema = z.object({ v: z.literal(1), action: action.optional(), form: form.optional() })

/** What a ticket remembers besides its record: hints say nothing, because the record is read again. */
export interface Content {
  v: 1
  action?: z.infer<typeof action>
  form?: {
    at: number
    form: string
    facts: Partial<Facts>
    touchpoints: Touchpoint[]
    browserEvent: { id: string; name: string } | null
  }
}

/** The content of a hint: look at the record again. */
export const HINT: { v: 1 } = { v: 1 }

/** Reads what was stored with a ticket. Throws ClosebackError `invalid` for what another version wrote. */
export function contentOf(ticket: StoredTicket): Content {
  const read = contentSchema.safeParse(ticket.content)
  if (read.success) return read.data as Content
  throw new ClosebackError('invalid', 'A stored message of HubSpot cannot be read by this version.', {
    remedy: 'Run the version of Closeback that received it, or a later one.',
  })
}
