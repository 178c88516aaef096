import type { JsonValue } from '../../core/model/json.ts'

/** Parts of an event that are about a person. */
const PERSONAL = new Set(['user', 'lead'])

/** What a viewer sees of an event: every identifier by its name, none by its value. */
export function masked(payload: Record<string, JsonValue>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [name, PERSONAL.has(name) ? hidden(value) : value]),
  )
}

function hidden(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(hidden)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hidden(each as JsonValue)]))
  }
  return '•••'
}
