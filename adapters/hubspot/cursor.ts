import { z } from 'zod'
import type { JsonValue } from '../../core/model/json.ts'
import { FIRST_LOOK_MS } from './constants.ts'

/** Where a poll goes on; all moments by HubSpot's clock, epoch ms. */
const cursorSchema = z.object({
  v: z.literal(1),
  /** The last change seen. */
  deals: z.number(),
  contacts: z.number(),
  /** The last submission seen of each form, by its id. */
  forms: z.record(z.string(), z.number()),
  /** When submissions were looked at, and when all was swept, by our clock. */
  formsAt: z.number(),
  sweptAt: z.number(),
})
export type Cursor = z.infer<typeof cursorSchema>

/** Reads what was kept; without it, or when another version wrote it, the poll begins a day ago. */
export function readCursor(kept: JsonValue | null, now: number): Cursor {
  const read = cursorSchema.safeParse(kept)
  if (read.success) return read.data
  const since = now - FIRST_LOOK_MS
  return { v: 1, deals: since, contacts: since, forms: {}, formsAt: 0, sweptAt: now }
}
