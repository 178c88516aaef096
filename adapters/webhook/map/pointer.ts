import { z } from 'zod'
import type { JsonValue } from '../../../core/model/json.ts'

/** A JSON pointer (RFC 6901) to one place below the root: `/data/object/id`; `~1` is a slash and `~0` a tilde in a name. */
export const pointer = z
  .string()
  .max(512, 'is longer than 512 characters')
  .regex(
    /^(?:\/(?:[^~/]|~[01])*)+$/,
    'must be a JSON pointer such as /data/object/id; a fixed value is written { const: … }',
  )

const MAX_REMEMBERED = 2000
const remembered = new Map<string, readonly string[]>()

/** The names and indexes of a pointer. */
export function stepsOf(text: string): readonly string[] {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const steps = text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (remembered.size < MAX_REMEMBERED) remembered.set(text, steps)
  return steps
}

/** A step as it stands in a pointer. */
export function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}

const INDEX = /^(?:0|[1-9]\d{0,9})$/

/** What stands at a pointer; `undefined` when there is no such place. */
export function valueAt(body: JsonValue | undefined, text: string): JsonValue | undefined {
  let value = body
  for (const step of stepsOf(text)) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value)) value = INDEX.test(step) ? value[Number(step)] : undefined
    else value = Object.hasOwn(value, step) ? value[step] : undefined
  }
  return value
}
