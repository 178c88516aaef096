import { z } from 'zod'
import { isCurrency } from '../../../core/model/currency.ts'
import { CONVERSIONS, type Conversion } from './convert.ts'
import { pointer } from './pointer.ts'

export type Scalar = string | number | boolean

/** Where a field of the native item comes from: a pointer into the sender's body, or a rule with one. */
export type Source = string | SourceRule

export interface SourceRule {
  /** The same value for every body. */
  const?: Scalar | undefined
  /** Where to read; of several places the first that holds something. */
  at?: string | string[] | undefined
  /** Of the list at `at`, the first entry in which these pointers have these values. */
  where?: Record<string, Scalar> | undefined
  /** The place to read in that entry; without it the entry itself. */
  take?: string | undefined
  as?: Conversion | undefined
  /** For `as: minor`: currencies whose smallest unit the sender counts differently than ISO 4217. */
  decimals?: Record<string, number> | undefined
  /** Another value for each value; one that is not listed counts as missing. */
  values?: Record<string, Source> | undefined
  /** What to take when there is nothing. */
  else?: Source | undefined
  /** For lists: the fields of one entry, from pointers into it. */
  each?: Record<string, Source> | undefined
}

/** A value that pointers are compared with. */
export const scalar = z.union([z.string().max(1024), z.number(), z.boolean()], {
  error: 'must be text, a number, true or false',
})

export const places = z.union([pointer, z.array(pointer).min(1).max(10)])

const decimals = z.record(
  z.string().refine(isCurrency, 'must be an ISO 4217 code in capitals'),
  z.int().min(0).max(4),
)

const parts = {
  const: scalar.optional(),
  at: places.optional(),
  where: z.record(pointer, scalar).optional(),
  take: pointer.optional(),
  as: z.enum(CONVERSIONS).optional(),
  decimals: decimals.optional(),
}

// Three levels say all that presets need; a schema without end would be one without a readable form.
const inner = rule(z.strictObject(parts))
const middle = rule(
  z.strictObject({
    ...parts,
    values: z.record(z.string(), word(inner)).optional(),
    else: z.union([pointer, inner]).optional(),
  }),
)

/** Where one field of the native item comes from. */
export const source: z.ZodType<Source> = z.union([
  pointer,
  rule(
    z.strictObject({
      ...parts,
      values: z.record(z.string(), word(middle)).optional(),
      else: z.union([pointer, middle]).optional(),
      each: z.record(z.string(), z.union([pointer, middle])).optional(),
    }),
  ),
])

function rule<T extends z.ZodType<SourceRule>>(object: T): T {
  return object.superRefine((said, ctx) => {
    const issue = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message })
    if ((said.const === undefined) === (said.at === undefined))
      issue([], 'must hold either at (a pointer) or const (a fixed value)')
    if (said.const !== undefined && Object.keys(said).length > 1)
      issue(['const'], 'stands alone: it is the same for every body')
    if (said.where !== undefined && Object.keys(said.where).length === 0)
      issue(['where'], 'must name at least one pointer and its value')
    if (said.take !== undefined && said.where === undefined)
      issue(['take'], 'belongs to where, which picks the entry to take from')
    if (said.decimals !== undefined && said.as !== 'minor') issue(['decimals'], 'belongs to as: minor')
    if (said.values !== undefined && said.as !== undefined)
      issue(['as'], 'does not go with values: give the conversion to the value that needs it')
  })
}

/** An entry of a table: a word, or a rule. A word that looks like a pointer is one that was meant as such. */
function word<T extends z.ZodType>(other: T) {
  const text = z
    .string()
    .max(256)
    .refine((said) => !said.startsWith('/'), 'is a word here: write a pointer as { at: /… }')
  return z.union([text, other])
}
