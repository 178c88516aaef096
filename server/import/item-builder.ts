import { hash } from 'node:crypto'
import { closest } from '../../core/model/closest.ts'
import { ClosebackError, type Issue } from '../../core/model/errors.ts'
import type { JsonValue } from '../../core/model/json.ts'
import { bad, good, type Result } from '../../core/model/result.ts'
import { toIso } from '../../core/model/time.ts'
import type { ImportRow } from '../../core/pipeline/history/import.ts'
import { readAmount } from './amount.ts'
import { type Column, type ColumnMap, NATIVE_FIELDS } from './column-map.ts'
import { compileDate, type ReadDate } from './dates.ts'

const DATES = ['occurredAt', 'click.clickedAt']
const NEEDED = ['record.id', 'stage', 'occurredAt']
/** What a decoder writes where bytes are no text. */
const REPLACEMENT = '\ufffd'

/** Makes an item in the webhook's native body of one row. */
export type BuildItem = (line: number, cells: readonly string[]) => ImportRow

interface Filled {
  field: string
  path: string[]
  read(cells: readonly string[]): string
  lookup: ReadonlyMap<string, string>
  date: ReadDate | null
}

/**
 * Holds a column map against the header of a file. Without a map, columns named like native fields are taken. Throws
 * `invalid` with everything that is wrong.
 */
export function compileColumns(map: ColumnMap, header: readonly string[]): BuildItem {
  const issues: Issue[] = []
  const indexOf = headerIndex(header, issues)
  const filled = Object.entries(map.columns).map(([field, column]) =>
    compile(field, column, map, indexOf, issues),
  )
  for (const field of NEEDED)
    if (!(field in map.columns))
      issues.push({
        path: `columns.${field}`,
        message: 'is missing',
        remedy: 'Name the column it stands in.',
      })
  const keys = map.key === undefined ? [] : listOf(map.key).map((name) => indexOf(name, 'key'))
  if (issues.length > 0) {
    throw new ClosebackError('invalid', 'The columns cannot be read as they are.', {
      remedy: 'Correct the column map or the header of the file; nothing was imported.',
      issues,
    })
  }
  return (line, cells) => {
    const problems = cellProblems(cells, header)
    const said: Record<string, JsonValue> = { record: { type: 'deal' } }
    if (problems.length === 0) {
      for (const each of filled) fill(said, each, each.read(cells), map, problems)
      if (said.id === undefined) {
        const key = keys.map((at) => cells[at]?.trim() ?? '')
        if (keys.length > 0 && key.every((part) => part === ''))
          problems.push({ path: '/id', message: 'the key column is empty' })
        said.id =
          keys.length > 0
            ? rowId(key)
            : rowId([...nameOf(said.record), String(said.stage ?? '').toLowerCase(), said.occurredAt ?? null])
      }
    }
    return problems.length > 0 ? { line, ok: false, issues: problems } : { line, ok: true, item: said }
  }
}

/** The map that a header is by itself: every column named like a native field. */
export function headerAsMap(header: readonly string[]): ColumnMap {
  const names = header.map((name) => name.trim()).filter(isNative)
  return { columns: Object.fromEntries(names.map((name) => [name, name])) }
}

function isNative(field: string): boolean {
  return (NATIVE_FIELDS as readonly string[]).includes(field) || /^fields\.[A-Za-z_][\w.-]{0,63}$/.test(field)
}

/** Type and id: a pipeline that changes makes no other record. */
function nameOf(record: JsonValue | undefined): JsonValue[] {
  const { type = null, id = null } = record as { type?: JsonValue; id?: JsonValue }
  return [type, id]
}

/** Ids of rows are digests: a key column may hold anything. */
function rowId(parts: JsonValue[]): string {
  return `import-${hash('sha256', JSON.stringify(parts)).slice(0, 32)}`
}

function headerIndex(header: readonly string[], issues: Issue[]) {
  const names = header.map((name) => name.trim())
  return (name: string, path: string): number => {
    const at = names.indexOf(name)
    if (at >= 0 && names.indexOf(name, at + 1) < 0) return at
    const meant = closest(name, names)
    issues.push({
      path,
      message: at < 0 ? `the file has no column "${name}"` : `the file has several columns "${name}"`,
      remedy: meant && at < 0 ? `Did you mean "${meant}"?` : 'Use a column that stands in the header once.',
    })
    return 0
  }
}

function listOf(names: string | string[]): string[] {
  return typeof names === 'string' ? [names] : names
}

function compile(
  field: string,
  column: Column,
  map: ColumnMap,
  indexOf: (name: string, path: string) => number,
  issues: Issue[],
): Filled {
  const path = `columns.${field}`
  if (!isNative(field)) {
    const meant = closest(field, NATIVE_FIELDS)
    issues.push({
      path,
      message: 'is not a field of the native body',
      remedy: meant ? `Did you mean "${meant}"?` : 'Use a field of the body, or fields.NAME for your own.',
    })
  }
  const steps = field.startsWith('fields.') ? ['fields', field.slice('fields.'.length)] : field.split('.')
  const filled = { field, path: steps, lookup: new Map<string, string>(), date: null }
  if (typeof column === 'object' && 'value' in column) return { ...filled, read: () => column.value }
  const detailed = typeof column === 'string' ? { column } : column
  const places = listOf(detailed.column).map((name) => indexOf(name, path))
  return {
    ...filled,
    read: (cells) => {
      for (const at of places) {
        const text = cells[at]?.trim() ?? ''
        if (text !== '') return text
      }
      return ''
    },
    lookup: new Map(Object.entries(detailed.lookup ?? {})),
    date: DATES.includes(field) ? dateOf(path, detailed, map, issues) : null,
  }
}

function dateOf(
  path: string,
  { format, timezone }: { format?: string | undefined; timezone?: string | undefined },
  map: ColumnMap,
  issues: Issue[],
): ReadDate | null {
  const known = format ?? map.dateFormat
  if (known === undefined) return null
  const zone = timezone ?? map.timezone
  if (zone === undefined) {
    issues.push({
      path,
      message: 'has a date format and no time zone',
      remedy: 'Say with --timezone where the dates are.',
    })
    return null
  }
  const compiled = compileDate(known, zone)
  if (compiled.ok) return compiled.value
  issues.push({ path, message: compiled.problem })
  return null
}

/** What is wrong with a row whatever it means. */
function cellProblems(cells: readonly string[], header: readonly string[]): Issue[] {
  const more = cells.slice(header.length).some((cell) => cell.trim() !== '')
  if (cells.length < header.length || more)
    return [{ path: '', message: `has ${cells.length} cells where the header has ${header.length}` }]
  if (cells.some((cell) => cell.includes('\0')))
    return [{ path: '', message: 'holds a NUL, which is not text' }]
  if (cells.some((cell) => cell.includes(REPLACEMENT)))
    return [
      {
        path: '',
        message: 'holds bytes that are no text in this encoding',
        remedy: 'Say with --encoding how the file is encoded.',
      },
    ]
  return []
}

function fill(
  said: Record<string, JsonValue>,
  filled: Filled,
  cell: string,
  map: ColumnMap,
  problems: Issue[],
): void {
  const text = filled.lookup.get(cell) ?? cell
  if (text === '') return
  const read = cellValue(filled, text, map)
  const [first = '', second] = filled.path
  if (!read.ok) problems.push({ path: `/${filled.path.join('/')}`, message: read.problem })
  else if (second === undefined) said[first] = read.value
  else said[first] = { ...(said[first] as Record<string, JsonValue> | undefined), [second]: read.value }
}

function cellValue({ field, date }: Filled, text: string, { decimal }: ColumnMap): Result<JsonValue> {
  if (date) {
    const read = date(text)
    return read.ok ? good(toIso(read.value)) : read
  }
  if (field === 'amount') return readAmount(text, decimal ?? null)
  if (field !== 'limitedDataUse') return good(text)
  const flag = text.toLowerCase()
  return flag === 'true' || flag === 'false' ? good(flag === 'true') : bad('must be true or false')
}
