import { type Journeys, journeyCollector } from '../../core/analysis/attribution/journey.ts'
import { ClosebackError, type Issue } from '../../core/model/errors.ts'
import { openTable } from '../import/open-table.ts'

/** Rows that cannot be read are all counted, and this many are named. */
const NAMED = 1000

const COLUMNS = ['path', 'total_conversions', 'total_conversion_value', 'total_null'] as const
type ColumnName = (typeof COLUMNS)[number]
const NEEDED: readonly ColumnName[] = ['path', 'total_conversions']

/**
 * Reads a file of journeys: `path` with ` > ` between touches, `total_conversions`, and where known
 * `total_conversion_value` and `total_null`. Throws `invalid` naming every broken row by its line.
 */
export async function readPaths(file: string): Promise<Journeys> {
  const { header, records } = await openTable(file)
  const at = columnsOf(header?.ok ? header.cells : [])
  const collector = journeyCollector()
  const issues: Issue[] = []
  let broken = 0
  for await (const record of records) {
    const row = record.ok ? readRow(record.cells, at) : record.problem
    if (typeof row !== 'string') {
      // A row that says nothing happened is no row.
      if (row.conversions + row.nulls > 0) collector.add(row.touches, row)
      continue
    }
    broken++
    if (issues.length < NAMED) issues.push({ path: `line ${record.line}`, message: row })
  }
  if (broken > 0)
    throw new ClosebackError('invalid', `${file} has ${broken} broken ${broken === 1 ? 'row' : 'rows'}`, {
      remedy: 'Correct them, or take them out: a figure from half a file would be wrong.',
      issues,
    })
  return collector.journeys()
}

function columnsOf(cells: readonly string[]): Record<ColumnName, number> {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const missing = NEEDED.filter((name) => !names.includes(name))
  if (missing.length > 0)
    throw new ClosebackError('invalid', 'The first line of a paths file names its columns.', {
      remedy: `Begin with: ${COLUMNS.join(',')}`,
      issues: missing.map((name) => ({ path: 'line 1', message: `there is no column "${name}"` })),
    })
  return Object.fromEntries(COLUMNS.map((name) => [name, names.indexOf(name)])) as Record<ColumnName, number>
}

interface Row {
  touches: string[]
  conversions: number
  nulls: number
  value: number
}

/** What a row says, or what is wrong with it. */
function readRow(cells: readonly string[], at: Record<ColumnName, number>): Row | string {
  const cell = (name: ColumnName) => cells[at[name]]?.trim() ?? ''
  const conversions = readCount(cell('total_conversions'), at.total_conversions)
  if (conversions === null) return 'total_conversions is not a whole number'
  const nulls = readCount(cell('total_null'), at.total_null)
  if (nulls === null) return 'total_null is not a whole number'
  const value = readValue(cell('total_conversion_value'), at.total_conversion_value)
  if (value === null) return 'total_conversion_value is not a number, or below zero'
  if (value > 0 && conversions === 0) return 'it has a value and no conversion'
  const touches = cell('path')
    .split('>')
    .flatMap((touch) => touch.trim() || [])
  if (touches.length === 0 && conversions + nulls > 0) return 'path is empty'
  return { touches, conversions, nulls, value }
}

function readCount(text: string, column: number): number | null {
  if (column < 0) return 0
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

function readValue(text: string, column: number): number | null {
  if (column < 0) return 0
  const value = /^\d+(\.\d*)?(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : null
}
