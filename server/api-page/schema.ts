import { type Html, html, prose } from '../html.ts'

/** What this page reads of a JSON Schema. */
export interface Schema {
  $ref?: string
  type?: string
  format?: string
  const?: unknown
  enum?: unknown[]
  default?: unknown
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  anyOf?: Schema[]
  oneOf?: Schema[]
}

export type Shapes = Readonly<Record<string, Schema>>

const REF = '#/components/schemas/'
/** Objects inside objects are opened this far; deeper ones are in openapi.json. */
const DEPTH = 5
/** Examples are whole. */
const EXAMPLE_DEPTH = 9

/** A name that people can look up on the page; generated ones are written out where they stand. */
function nameOf(schema: Schema): string | null {
  const name = schema.$ref?.slice(REF.length) ?? null
  return name === null || name.startsWith('__') ? null : name
}

/** In a few words: `text`, `list of Delivery`, `"a" or "b"`. */
function typeOf(schema: Schema): Html {
  const name = nameOf(schema)
  if (name !== null) return html`<a href="#shape-${name}">${name}</a>`
  const choices = schema.anyOf ?? schema.oneOf
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (schema.enum) return listed(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`))
  if (choices) return listed(choices.map(typeOf))
  if (schema.type === 'array') return html`list of ${schema.items ? typeOf(schema.items) : 'anything'}`
  if (schema.type === 'string') return html`${schema.format === 'date-time' ? 'moment' : 'text'}`
  if (schema.type === 'integer') return html`whole number`
  if (schema.type === 'boolean') return html`true or false`
  return html`${schema.type ?? 'any JSON'}`
}

function listed(parts: readonly Html[]): Html {
  const unique = [...new Map(parts.map((part) => [part.html, part])).values()]
  return html`${unique.map((part, at) => (at === 0 ? part : html` or ${part}`))}`
}

/** The members of a schema as nested lists, with what each means. */
export function members(schema: Schema, depth = DEPTH): Html {
  const inner = schema.type === 'array' && schema.items && !nameOf(schema.items) ? schema.items : schema
  const shown = inner.properties ? inner : (inner.anyOf ?? inner.oneOf)?.find((one) => one.properties)
  if (!shown?.properties || depth === 0) return html``
  const required = new Set(shown.required)
  return html`<ul class="members">${Object.entries(shown.properties).map(
    ([name, member]) =>
      html`<li><code class="name">${name}</code> <span class="type">${typeOf(member)}${
        required.has(name) ? '' : ', optional'
      }</span>${member.description ? html` <span>${prose(member.description)}</span>` : null}${members(member, depth - 1)}</li>`,
  )}</ul>`
}

/** A schema where a body or an answer stands: its name, or all of it. */
export function body(schema: Schema): Html {
  return html`<span class="type">${typeOf(schema)}</span>${nameOf(schema) === null ? members(schema) : null}`
}

/** A value that fits, for the reader to start from. */
export function example(schema: Schema, shapes: Shapes, depth = EXAMPLE_DEPTH): unknown {
  if (schema.$ref !== undefined) {
    const shape = shapes[schema.$ref.slice(REF.length)]
    return shape && depth > 0 ? example(shape, shapes, depth - 1) : null
  }
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum[0]
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices[0] ? example(choices[0], shapes, depth) : null
  if (schema.type === 'array') {
    return schema.items && depth > 0 ? [example(schema.items, shapes, depth - 1)] : []
  }
  if (schema.properties) {
    const entries = depth > 0 ? Object.entries(schema.properties) : []
    return Object.fromEntries(entries.map(([name, member]) => [name, example(member, shapes, depth - 1)]))
  }
  const plain: Record<string, unknown> = { integer: 0, number: 0, boolean: false, null: null, object: {} }
  if (schema.type === 'string') return schema.format === 'date-time' ? '2026-11-20T10:00:00.000Z' : 'text'
  return plain[schema.type ?? ''] ?? null
}
