import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const HEADER = 100
const SCHEMA_FORMAT = 4
const UTF_8 = 1
const MAGIC = 'SQLite format 3\0'

/**
 * What is wrong with the first bytes of a SQLite ledger, or null. SQLite notices a broken page only when it reads it, and
 * takes an empty file for a new database; a ledger that was cut or overwritten must not be opened at all.
 * Format: https://www.sqlite.org/fileformat.html#the_database_header
 */
export function headerProblem(path: string, { hasLog }: { hasLog: boolean }): string | null {
  const header = Buffer.alloc(HEADER)
  const file = openSync(path, 'r')
  let size: number
  try {
    size = fstatSync(file).size
    if (size === 0) return 'is empty'
    if (readSync(file, header, 0, HEADER, 0) < HEADER) return `was cut off: it has ${size} bytes`
  } finally {
    closeSync(file)
  }
  if (header.toString('latin1', 0, 16) !== MAGIC) return 'is not a SQLite database'
  const said = header.readUInt16BE(16)
  const pageSize = said === 1 ? 65_536 : said
  const pages = header.readUInt32BE(28)
  // Before the first checkpoint the file is one page, and its tables are in the log alone.
  const isOrWillBe = (said: number, meant: number) => said === meant || (hasLog && pages === 1 && said === 0)
  const isHealthy =
    pageSize >= 512 &&
    (pageSize & (pageSize - 1)) === 0 &&
    // Format versions: 1 is a rollback journal, 2 a write-ahead log.
    [1, 2].includes(header[18] ?? 0) &&
    header[18] === header[19] &&
    header[20] === 0 &&
    header.subarray(21, 24).equals(Buffer.of(64, 32, 32)) &&
    header.readUInt32BE(24) === header.readUInt32BE(92) &&
    header.readUInt32BE(32) <= pages &&
    header.readUInt32BE(36) <= pages &&
    isOrWillBe(header.readUInt32BE(44), SCHEMA_FORMAT) &&
    header.readUInt32BE(52) === 0 &&
    isOrWillBe(header.readUInt32BE(56), UTF_8) &&
    header.readUInt32BE(60) === 0 &&
    header.readUInt32BE(64) === 0 &&
    header.subarray(68, 92).every((byte) => byte === 0) &&
    Math.floor(header.readUInt32BE(96) / 1_000_000) === 3
  if (!isHealthy) return 'has a damaged header'
  // Pages that the log still holds may be missing from the file.
  if (hasLog || pages * pageSize === size) return null
  return size < pages * pageSize
    ? `was cut off: it has ${size} of ${pages * pageSize} bytes`
    : `has ${size} bytes where its header says ${pages * pageSize}`
}
