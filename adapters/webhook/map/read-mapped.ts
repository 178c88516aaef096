import type { JsonValue } from '../../../core/model/json.ts'
import type { Settings } from '../settings.ts'
import { holds } from './condition.ts'
import { type Plan, planOf } from './plan.ts'
import { valueAt } from './pointer.ts'
import { readSource } from './read-source.ts'
import { TARGETS } from './targets.ts'

/** Bodies list at most as many items as a native array. */
const MAX_ITEMS = 1000

/**
 * What one body of a sender becomes: native items, not yet judged. None when the body is one that `when` leaves out. A
 * source without a field map takes the body as it is.
 */
export function readMapped(body: JsonValue, settings: Settings): JsonValue[] {
  const plan = planOf(settings)
  return plan === null ? [body] : mapBody(body, plan, settings.defaultCurrency)
}

/** Every entry that is listed, or the body itself; `null` when there is no list where one should stand. */
export function entriesOf(body: JsonValue, { items }: Plan): JsonValue[] | null {
  if (items === null) return [body]
  const list = valueAt(body, items)
  return Array.isArray(list) && list.length <= MAX_ITEMS ? list : null
}

export function mapBody(body: JsonValue, plan: Plan, defaultCurrency: string | undefined): JsonValue[] {
  const entries = entriesOf(body, plan)
  // An empty item is refused with everything it lacks, which is better than a body that vanishes.
  if (entries === null) return [{}]
  return entries
    .filter((entry) => plan.when.every((condition) => holds(condition, entry)))
    .map((entry) => toItem(entry, plan, defaultCurrency))
}

function toItem(body: JsonValue, { fields }: Plan, defaultCurrency: string | undefined): JsonValue {
  const item: Record<string, JsonValue> = {}
  const mapped = fields.find(([place]) => place === 'currency')?.[1]
  const currency = (mapped && readSource(mapped, body, undefined)) ?? defaultCurrency
  for (const [place, source] of fields) {
    const value = readSource(source, body, currency)
    if (value !== undefined) put(item, place, fitted(place, value))
  }
  return item
}

function put(item: Record<string, JsonValue>, place: string, value: JsonValue): void {
  const dot = place.indexOf('.')
  if (dot < 0) {
    item[place] = value
    return
  }
  const group = place.slice(0, dot)
  const inner = (item[group] ?? {}) as Record<string, JsonValue>
  inner[place.slice(dot + 1)] = value
  item[group] = inner
}

/** Senders that cannot change send ids and postal codes as numbers: a text is made where only a text fits. */
function fitted(place: string, value: JsonValue): JsonValue {
  if (typeof value !== 'number' && typeof value !== 'boolean') return value
  const field = TARGETS.get(place)
  return field === undefined || field.fits(value) || !field.fits(String(value)) ? value : String(value)
}
