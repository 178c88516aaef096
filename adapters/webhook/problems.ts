import type { z } from 'zod'
import { closest } from '../../core/model/closest.ts'
import type { Issue } from '../../core/model/errors.ts'
import type { JsonValue } from '../../core/model/json.ts'
import { itemShape } from './item.ts'
import type { Field } from './shape.ts'

/** More problems than this in one item are counted, not listed. */
const MAX_LISTED = 20
// Names outside this may be personal data themselves (a contact keyed by an e-mail address).
const SHOWABLE = /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/

/**
 * Everything that is wrong with an item: what its schema finds, and `between`, the rules between fields, where the schema
 * has not spoken already. Shows names of fields, never values.
 */
export function problemsOf(item: JsonValue, between: readonly Issue[]): Issue[] {
  const read = itemShape.schema.safeParse(item)
  const issues = read.success ? [] : read.error.issues.flatMap(toIssues)
  const told = new Set(issues.map((issue) => issue.path))
  issues.push(...between.filter((issue) => !told.has(issue.path)))
  if (issues.length <= MAX_LISTED) return issues
  const more = { path: '', message: `${issues.length - MAX_LISTED} more problems are not listed` }
  return [...issues.slice(0, MAX_LISTED), more]
}

function toIssues(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    const { keys } = issue
    const shown = keys.slice(0, MAX_LISTED).map((name) => unknownField(issue.path, name))
    const hidden = keys.length - shown.length
    if (hidden > 0) shown.push({ path: pointer(issue.path), message: `${hidden} more unknown fields` })
    return shown
  }
  if (issue.code === 'invalid_key')
    return [
      {
        path: pointer(issue.path.slice(0, -1)),
        message: 'a name is not 1 to 64 of letters, digits, "_", "." and "-"',
        remedy: 'Rename it, starting with a letter or "_".',
      },
    ]
  const field = fieldAt(issue.path)
  const remedy = field === null ? {} : { remedy: `Send ${field.about}.` }
  return [{ path: pointer(issue.path), message: issue.message, ...remedy }]
}

function unknownField(path: PropertyKey[], name: string): Issue {
  if (!SHOWABLE.test(name))
    return {
      path: pointer(path),
      message: 'a field is unknown, and its name is not one to repeat',
      remedy: 'Leave it out, or put its value under "fields".',
    }
  const meant = meantBy(path, name)
  return {
    path: pointer([...path, name]),
    message: 'is not a known field',
    remedy: meant
      ? `Rename it to "${meant}", or leave it out.`
      : 'Leave it out, or put it under "fields", where your own values belong.',
  }
}

// What other systems call the same thing, letters only.
const ALIASES = new Map([
  ['value', 'amount'],
  ['revenue', 'amount'],
  ['total', 'amount'],
  ['timestamp', 'occurredAt'],
  ['date', 'occurredAt'],
  ['closedat', 'occurredAt'],
  ['status', 'stage'],
  ['dealstage', 'stage'],
  ['dealid', 'record.id'],
  ['type', 'record.type'],
  ['mail', 'contact.email'],
  ['customer', 'contact'],
  ['person', 'contact'],
  ['ipaddress', 'contact.ip'],
  ['clickid', 'click.ttclid'],
  ['url', 'pageUrl'],
  ['items', 'contents'],
  ['products', 'contents'],
  ['customfields', 'fields'],
  ['properties', 'fields'],
])

/** Every field by its bare name (`email`) and by the name of its place (`contactEmail`). Names nearer to the top win. */
const PLACES = new Map<string, string>()
collect(itemShape.parts, '')

function collect(parts: Record<string, Field>, prefix: string): void {
  for (const name of Object.keys(parts)) {
    for (const bare of [letters(name), letters(prefix + name)])
      if (!PLACES.has(bare)) PLACES.set(bare, prefix + name)
  }
  for (const [name, field] of Object.entries(parts)) {
    if (field.parts) collect(field.parts, `${prefix}${name}.`)
  }
}

/** The dotted place a field was most likely meant for. */
function meantBy(path: PropertyKey[], name: string): string | null {
  const bare = letters(name)
  const siblings = Object.keys(fieldAt(path)?.parts ?? {})
  const sibling = siblings.find((one) => letters(one) === bare) ?? closest(name, siblings)
  if (sibling !== null) return [...path.filter((step) => typeof step === 'string'), sibling].join('.')
  return PLACES.get(bare) ?? ALIASES.get(bare) ?? null
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

function fieldAt(path: PropertyKey[]): Field | null {
  let field: Field | undefined = itemShape
  for (const step of path) field = typeof step === 'number' ? field?.item : field?.parts?.[String(step)]
  return field ?? null
}

/** JSON pointer (RFC 6901) inside the item; names that are not ours end it. */
function pointer(path: PropertyKey[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step !== 'number' && !SHOWABLE.test(String(step))) break
    text += `/${String(step)}`
  }
  return text
}
