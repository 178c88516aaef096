import { detectDelimiter } from './delimiter.ts'
import { detectEncoding, type Encoding, readText } from './encoding.ts'
import { firstLine, from, linesOf } from './lines.ts'
import { type Cells, recordsOf } from './records.ts'

/** A file of separated values, opened: its first row, and the rows under it as they are read. */
export interface Table {
  encoding: Encoding
  delimiter: string
  /** Null when the file ends before one. */
  header: Cells | null
  records: AsyncIterable<Cells>
}

/** Opens a file of separated values; encoding and delimiter are found out where they are not given. */
export async function openTable(
  path: string,
  given: { encoding?: Encoding | undefined; delimiter?: string | undefined } = {},
): Promise<Table> {
  const encoding = given.encoding ?? (await detectEncoding(path))
  const lines = linesOf(readText(path, encoding))
  const first = await firstLine(lines)
  const delimiter = given.delimiter ?? detectDelimiter(first.text ?? '')
  const records = recordsOf(from(first, lines), delimiter)
  const header = await records.next()
  return { encoding, delimiter, header: header.done ? null : header.value, records }
}
