import { parseInstant } from '../../../core/model/time.ts'
import { classify } from '../client/classify.ts'
import { id18 } from '../ids.ts'

/** A record as the API gives it: columns by name, parents as objects, children as `{records}`. */
export interface Row {
  [column: string]: unknown
}

/** Text of a column, `null` where it says nothing. */
export function textOf(row: Row | null, column: string): string | null {
  const value = row?.[column]
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** A parent record, `null` where there is none. */
export function parentOf(row: Row, name: string): Row | null {
  const value = row[name]
  return typeof value === 'object' && value !== null ? (value as Row) : null
}

/** Child records of a relationship. */
export function childrenOf(row: Row, name: string): Row[] {
  const children = parentOf(row, name)?.records
  return Array.isArray(children) ? children : []
}

/** A moment that every record has: `2026-05-08T13:40:22.000+0000`, epoch ms. */
export function momentOf(row: Row, column: string): number {
  const read = parseInstant(textOf(row, column) ?? '')
  if (read.ok) return read.value
  throw unreadable(column)
}

/** The 18-character id in a column. */
export function idIn(row: Row, column: string): string {
  const id = id18(textOf(row, column) ?? '')
  if (id !== null) return id
  throw unreadable(column)
}

function unreadable(column: string): Error {
  return classify(Object.assign(new Error(), { errorCode: 'UNREADABLE_ANSWER' }), `reading ${column}`)
}
