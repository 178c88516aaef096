import { z } from 'zod'
import { parseInstant } from '../../core/model/time.ts'

/**
 * One field said once, for two readers: `schema` is the zod schema that names every problem and that the documents
 * are drawn from; `fits` answers yes or no for the same rule. A fitting item of 1 KB costs 1 us by `fits` and 9 us by
 * zod, and almost every item fits; a property test holds the two equal.
 */
export interface Field<S extends z.ZodType = z.ZodType> {
  schema: S
  fits(value: unknown): boolean
  /** What to send, as it continues the sentence "Send …". */
  about: string
  parts?: Record<string, Field>
  item?: Field
}

/** Text without half surrogate pairs and NUL, which neither TikTok nor PostgreSQL takes. */
function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/** Any text up to `max` UTF-16 units. */
export function text(max: number, about: string) {
  const schema = z
    .string({ error: told('must be text') })
    .max(max, `is longer than ${max} characters`)
    .refine(isText, 'holds a NUL or half a surrogate pair, which is not text')
    .describe(about)
  return {
    schema,
    about,
    fits: (value: unknown) => typeof value === 'string' && value.length <= max && isText(value),
  }
}

/** Text of one pattern. */
export function pattern(regex: RegExp, problem: string, about: string) {
  const schema = z
    .string({ error: told('must be text') })
    .regex(regex, problem)
    .describe(about)
  return { schema, about, fits: (value: unknown) => typeof value === 'string' && regex.test(value) }
}

const MAX_ID = 256

/** An id of the sender: text, or a whole number that JSON keeps exactly. Blank text is refused where nothing may replace it. */
export function idText(about: string, blank: 'refused' | 'missing' = 'refused') {
  const isId = (value: string) => isText(value) && (blank === 'missing' || value.trim() !== '')
  const problem = `must be text of ${blank === 'missing' ? 0 : 1} to ${MAX_ID} characters, or a whole number below 2^53`
  const schema = z
    .union([z.string().max(MAX_ID, problem).refine(isId, problem), z.int(problem)], { error: told(problem) })
    .describe(about)
  const fits = (value: unknown) =>
    typeof value === 'string' ? value.length <= MAX_ID && isId(value) : Number.isSafeInteger(value)
  return { schema, about, fits }
}

/** A decimal as text or as a JSON number; what it may be is judged with its currency. */
export function decimal(about: string) {
  const schema = z
    .union([z.string(), z.number()], { error: told('must be a decimal in quotes, or a finite JSON number') })
    .describe(about)
  return { schema, about, fits: (value: unknown) => typeof value === 'string' || Number.isFinite(value) }
}

/** A moment with an offset. `fits` leaves the parsing to the reader, which needs the number anyway. */
export function instant(about: string) {
  const schema = z
    .string({ error: told('must be text') })
    .superRefine((value, ctx) => {
      const read = parseInstant(value)
      if (!read.ok) ctx.addIssue({ code: 'custom', message: read.problem, input: undefined })
    })
    .describe(about)
  return { schema, about, fits: (value: unknown) => typeof value === 'string' }
}

/** A whole number between two bounds. */
export function count(min: number, max: number, about: string) {
  const problem = `must be a whole number from ${min} to ${max}`
  const schema = z
    .int({ error: told(problem) })
    .min(min, problem)
    .max(max, problem)
    .describe(about)
  return {
    schema,
    about,
    fits: (value: unknown) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  }
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(words: T, about: string) {
  const schema = z.enum(words, { error: told(`must be one of ${words.join(', ')}`) }).describe(about)
  return { schema, about, fits: (value: unknown) => (words as readonly unknown[]).includes(value) }
}

export function flag(about: string) {
  const schema = z.boolean({ error: told('must be true or false') }).describe(about)
  return { schema, about, fits: (value: unknown) => typeof value === 'boolean' }
}

/** The field may be missing or null, which say the same. */
export function maybe<S extends z.ZodType>(field: Field<S>) {
  return {
    ...field,
    schema: field.schema.nullish().describe(field.about),
    fits: (value: unknown) => value === null || value === undefined || field.fits(value),
  }
}

/** A list with an upper bound. */
export function list<S extends z.ZodType>(item: Field<S>, max: number, about: string) {
  const schema = z
    .array(item.schema, { error: told('must be a list') })
    .max(max, `has more than ${max} entries`)
    .describe(about)
  const fits = (value: unknown) => Array.isArray(value) && value.length <= max && value.every(item.fits)
  return { schema, about, item: item as Field, fits }
}

/** One value or a list of them. */
export function oneOrMany<S extends z.ZodType>(item: Field<S>, max: number) {
  const many = list(item, max, item.about)
  const schema = z
    .union([item.schema, many.schema], { error: told(`must be one value or a list of up to ${max}`) })
    .describe(item.about)
  return { schema, about: item.about, fits: (value: unknown) => item.fits(value) || many.fits(value) }
}

const FIELD_NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_.-]{0,63}$/
const MAX_FIELDS = 100

/** The sender's own values by name. A key `__proto__` is left out, as zod does. */
export function ownFields(about: string) {
  const value = text(1024, about)
  const schema = z
    .record(
      z.string().regex(FIELD_NAME),
      z.union([value.schema, z.number(), z.boolean(), z.null()], {
        error: 'must be text of up to 1024 characters, a finite number, true, false or null',
      }),
      { error: told('must be an object of names and values') },
    )
    .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, `has more than ${MAX_FIELDS} names`)
    .describe(about)
  const fitsOne = (one: unknown) =>
    one === null || typeof one === 'boolean' || Number.isFinite(one) || value.fits(one)
  const fits = (fields: unknown) => {
    if (!isObject(fields)) return false
    const names = Object.keys(fields).filter((name) => name !== '__proto__')
    return names.length <= MAX_FIELDS && names.every((name) => FIELD_NAME.test(name) && fitsOne(fields[name]))
  }
  return { schema, about, fits }
}

type Schemas<P extends Record<string, Field>> = { [K in keyof P]: P[K]['schema'] }

/** An object of exactly these names. */
export function shape<P extends Record<string, Field>>(parts: P, about: string) {
  const schemas = Object.fromEntries(Object.entries(parts).map(([name, { schema }]) => [name, schema]))
  const schema = z.strictObject(schemas as Schemas<P>, { error: objectError }).describe(about)
  const byName = new Map(Object.entries(parts).map(([name, field]) => [name, field.fits]))
  const required = Object.keys(parts).filter((name) => !parts[name]?.fits(undefined))
  const fits = (value: unknown) => {
    if (!isObject(value)) return false
    for (const name in value) {
      const fitsPart = byName.get(name)
      if (fitsPart === undefined || !fitsPart(value[name])) return false
    }
    for (const name of required) if (value[name] === undefined) return false
    return true
  }
  return { schema, about, fits, parts: parts as Record<string, Field> }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function told(problem: string) {
  return ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : problem)
}

function objectError(issue: { code?: string; input?: unknown }) {
  if (issue.code !== 'invalid_type') return undefined
  return issue.input === undefined ? 'is missing' : 'must be an object'
}
