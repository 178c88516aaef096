import { z } from 'zod'
import type { JsonValue } from '../../../core/model/json.ts'

const windowShape = z.object({
  /** Epoch ms, of SystemModstamp: from (inclusive) to (exclusive). */
  lower: z.number(),
  upper: z.number(),
  /** The last row that was taken; `null` before the first. */
  after: z.object({ modifiedAt: z.number(), id: z.string() }).nullable(),
})
export type Window = z.infer<typeof windowShape>

const cursorShape = z.object({
  v: z.literal(1),
  /** By object: everything before this moment was read. */
  readTo: z.record(z.string(), z.number()),
  /** By object: a window that is not read to its end. */
  open: z.record(z.string(), windowShape),
  /** To when the last sweep covered the changes; `null` before the first. */
  sweptTo: z.number().nullable(),
  sweptAt: z.number(),
  /** Milestone of every stage when it was last looked at. */
  stages: z.record(z.string(), z.string()),
})
export type Cursor = z.infer<typeof cursorShape>

/** The cursor of the last poll; a new one where there is none, or one of a version that is not known. */
export function readCursor(said: JsonValue | null, now: number): Cursor {
  const read = cursorShape.safeParse(said)
  if (read.success) return read.data
  return { v: 1, readTo: {}, open: {}, sweptTo: null, sweptAt: now, stages: {} }
}
