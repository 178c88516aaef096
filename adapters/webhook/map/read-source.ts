import type { JsonValue } from '../../../core/model/json.ts'
import { convert } from './convert.ts'
import { valueAt } from './pointer.ts'
import type { Source, SourceRule } from './source.ts'

/** What a source finds in a body; `undefined` when there is nothing. `currency` is the item's, for amounts in smallest units. */
export function readSource(source: Source, body: JsonValue, currency: unknown): JsonValue | undefined {
  if (typeof source === 'string') return filled(valueAt(body, source))
  if (source.const !== undefined) return source.const
  const value = readRule(source, body, currency)
  if (value !== undefined || source.else === undefined) return value
  return readSource(source.else, body, currency)
}

/** The value at the first of some places that holds one. */
export function firstOf(body: JsonValue, at: string | readonly string[]): JsonValue | undefined {
  if (typeof at === 'string') return filled(valueAt(body, at))
  for (const place of at) {
    const value = filled(valueAt(body, place))
    if (value !== undefined) return value
  }
  return undefined
}

function readRule(rule: SourceRule, body: JsonValue, currency: unknown): JsonValue | undefined {
  const found = rule.where === undefined ? firstOf(body, rule.at ?? []) : picked(rule, rule.where, body)
  if (found === undefined) return undefined
  if (rule.values !== undefined) return translated(found, rule.values, body, currency)
  if (rule.each !== undefined) return listOf(found, rule.each, currency)
  return rule.as === undefined ? found : convert(found, rule.as, { currency, decimals: rule.decimals })
}

/** `null`, a blank text and a place that is not there all say the same: unknown. */
function filled(value: JsonValue | undefined): JsonValue | undefined {
  return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value
}

function picked(
  { at = [], take }: SourceRule,
  where: Record<string, unknown>,
  body: JsonValue,
): JsonValue | undefined {
  const wanted = Object.entries(where)
  for (const place of typeof at === 'string' ? [at] : at) {
    const list = valueAt(body, place)
    if (!Array.isArray(list)) continue
    const entry = list.find((one) => wanted.every(([name, value]) => valueAt(one, name) === value))
    const value = filled(take === undefined ? entry : valueAt(entry, take))
    if (value !== undefined) return value
  }
  return undefined
}

function translated(
  value: JsonValue,
  table: Record<string, Source>,
  body: JsonValue,
  currency: unknown,
): JsonValue | undefined {
  const key = typeof value === 'object' ? '' : String(value)
  const entry = Object.hasOwn(table, key) ? table[key] : undefined
  // In a table a text is the word to take, never a pointer.
  return entry === undefined || typeof entry === 'string' ? entry : readSource(entry, body, currency)
}

function listOf(list: JsonValue, fields: Record<string, Source>, currency: unknown): JsonValue | undefined {
  if (!Array.isArray(list)) return list
  return list.map((entry) => {
    const made: Record<string, JsonValue> = {}
    for (const [name, source] of Object.entries(fields)) {
      const value = readSource(source, entry, currency)
      if (value !== undefined) made[name] = value
    }
    return made
  })
}
