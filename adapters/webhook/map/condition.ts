import { z } from 'zod'
import type { JsonValue } from '../../../core/model/json.ts'
import { pointer, valueAt } from './pointer.ts'
import { firstOf } from './read-source.ts'
import { places, type Scalar, scalar } from './source.ts'

interface Test {
  at: string | string[]
  is?: Scalar | Scalar[] | undefined
  not?: Scalar | Scalar[] | undefined
  exists?: boolean | undefined
  changedFrom?: string | undefined
}

/** One thing a body must fulfil to be taken; with `any`, one of several. */
export type Condition = Test | { any: Test[] }

const scalars = z.union([scalar, z.array(scalar).min(1).max(50)])

const test = z
  .strictObject({
    at: places.describe('where to look'),
    is: scalars.optional().describe('the value, or one of a list'),
    not: scalars.optional().describe('any other value than these, or none'),
    exists: z.boolean().optional().describe('whether there is something'),
    changedFrom: pointer.optional().describe('where the value before stands: there is one, and it differs'),
  })
  .refine(
    ({ is, not, exists, changedFrom }) =>
      [is, not, exists, changedFrom].filter((one) => one !== undefined).length === 1,
    'must hold exactly one of is, not, exists and changedFrom',
  )

export const condition: z.ZodType<Condition> = z.union([
  test,
  z.strictObject({ any: z.array(test).min(1).max(20).describe('one of these is enough') }),
])

/** Whether a body fulfils a condition. */
export function holds(wanted: Condition, body: JsonValue): boolean {
  if ('any' in wanted) return wanted.any.some((one) => holds(one, body))
  const value = firstOf(body, wanted.at)
  if (wanted.is !== undefined) return among(value, wanted.is)
  if (wanted.not !== undefined) return !among(value, wanted.not)
  if (wanted.exists !== undefined) return (value !== undefined) === wanted.exists
  const before = wanted.changedFrom === undefined ? undefined : valueAt(body, wanted.changedFrom)
  return before !== undefined && before !== (value ?? null)
}

function among(value: JsonValue | undefined, wanted: Scalar | Scalar[]): boolean {
  return Array.isArray(wanted) ? wanted.some((one) => one === value) : wanted === value
}
