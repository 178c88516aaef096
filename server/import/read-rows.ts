import { ClosebackError } from '../../core/model/errors.ts'
import type { ImportRow } from '../../core/pipeline/history/import.ts'
import type { ColumnMap } from './column-map.ts'
import type { Encoding } from './encoding.ts'
import { type BuildItem, compileColumns, headerAsMap } from './item-builder.ts'
import { openTable } from './open-table.ts'
import type { Cells } from './records.ts'

/** How a file is read, and its rows. */
export interface OpenedFile {
  encoding: Encoding
  delimiter: string
  /** Every row under the header, good or broken, with its line. */
  rows: AsyncIterable<ImportRow>
}

/** Opens a file of separated values. Throws `invalid` when its header cannot be read as the map says. */
export async function openRows(
  path: string,
  map: Omit<ColumnMap, 'columns'> & { columns: ColumnMap['columns'] | null },
): Promise<OpenedFile> {
  const { encoding, delimiter, header: top, records } = await openTable(path, map)
  if (top === null) throw noHeader(null)
  if (!top.ok) throw noHeader(top)
  const names = top.cells
  const build = compileColumns({ ...map, columns: map.columns ?? headerAsMap(names).columns }, names)
  return { encoding, delimiter, rows: rowsOf(records, build) }
}

async function* rowsOf(records: AsyncIterable<Cells>, build: BuildItem): AsyncGenerator<ImportRow> {
  for await (const record of records) {
    if (record.ok) yield build(record.line, record.cells)
    else yield { line: record.line, ok: false, issues: [{ path: '', message: record.problem }] }
  }
}

function noHeader(broken: { line: number; problem: string } | null): ClosebackError {
  return new ClosebackError('invalid', 'The header of the file cannot be read.', {
    remedy:
      'Give it a first line that names its columns, and --delimiter and --encoding where they are unusual.',
    issues: broken ? [{ path: '', message: `line ${broken.line}: ${broken.problem}` }] : [],
  })
}
