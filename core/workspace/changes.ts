import { isDeepStrictEqual } from 'node:util'
import type { JsonValue } from '../model/json.ts'
import { formatPath } from './path.ts'

/** One setting that becomes another; a side that is left out was, or will be, absent. */
export interface FieldChange {
  path: string
  from?: JsonValue
  to?: JsonValue
}

/** One difference between the settings as they are and as they will be. */
export interface Change {
  action: 'create' | 'update' | 'delete'
  /** `order`: the rules are tried in another order. */
  kind: 'alerts' | 'connection' | 'source' | 'rule' | 'rate' | 'order' | 'retention' | 'capture' | 'audits'
  id: string
  /** Only of updates. A secret that changed shows as `secret changed`, never itself. */
  fields: FieldChange[]
}

/** The settings that differ between two forms of one thing, each as deep as it goes. */
export function fieldChanges(before: JsonValue, after: JsonValue): FieldChange[] {
  return differences(before, after, [])
}

function differences(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string[],
): FieldChange[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => differences(own(before, key), own(after, key), [...path, key]))
  }
  return [
    {
      path: formatPath(path),
      ...(before === undefined ? {} : { from: before }),
      ...(after === undefined ? {} : { to: after }),
    },
  ]
}

function own(value: { [key: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
