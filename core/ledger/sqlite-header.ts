import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const HEADER = 100
const MAGIC = 'SQLite format 3\0'
const SCHEMA_FORMAT = 4
const UTF_8 = 1

/** Of a database that was made but never written: another process is starting, or its log was taken away. */
export const WITHOUT_TABLES = 'has no tables, and its log is missing'

/**
 * What is wrong with the first bytes of a SQLite ledger, or null. SQLite notices a broken page only when it reads it, and
 * takes an empty file for a new database; a ledger that was cut or overwritten must not be opened at all.
 * Format: https://www.sqlite.org/fileformat.html#the_database_header
 */
export function headerProblem(path: string, { hasLog }: { hasLog: boolean }): string | null {
  const file = openSync(path, 'r')
  try {
    return problemOf(file, hasLog)
  } finally {
    closeSync(file)
  }
}

function problemOf(file: number, hasLog: boolean): string | null {
  const { size } = fstatSync(file)
  if (size === 0) return 'is empty'
  const header = Buffer.alloc(HEADER)
  if (readSync(file, header, 0, HEADER, 0) < HEADER) return `was cut off: it has ${size} bytes`
  if (header.toString('latin1', 0, 16) !== MAGIC) return 'is not a SQLite database'
  if (!isHealthy(header, hasLog)) return isHealthy(header, true) ? WITHOUT_TABLES : 'has a damaged header'
  // Pages that the log still holds may be missing from the file.
  if (hasLog) return null
  const said = header.readUInt32BE(28) * pageSizeOf(header)
  if (size < said) return `was cut off: it has ${size} of ${said} bytes`
  if (size > said) return `has ${size} bytes where its header says ${said}`
  return isFreeListSound(file, header) ? null : 'has a damaged header'
}

function pageSizeOf(header: Buffer): number {
  const said = header.readUInt16BE(16)
  return said === 1 ? 65_536 : said
}

function isHealthy(header: Buffer, hasLog: boolean): boolean {
  const at = (offset: number) => header.readUInt32BE(offset)
  const [pageSize, pages] = [pageSizeOf(header), at(28)]
  // Before the first checkpoint the file is one page, and its tables are in the log alone.
  const isOrWillBe = (offset: number, meant: number) =>
    at(offset) === meant || (hasLog && pages === 1 && at(offset) === 0)
  return (
    pageSize >= 512 &&
    (pageSize & (pageSize - 1)) === 0 &&
    // Format versions: 1 is a rollback journal, 2 a write-ahead log.
    [1, 2].includes(header[18] ?? 0) &&
    header[18] === header[19] &&
    header[20] === 0 &&
    header.subarray(21, 24).equals(Buffer.of(64, 32, 32)) &&
    at(24) === at(92) &&
    at(32) <= pages &&
    at(36) <= pages &&
    isOrWillBe(44, SCHEMA_FORMAT) &&
    at(52) === 0 &&
    isOrWillBe(56, UTF_8) &&
    at(60) === 0 &&
    at(64) === 0 &&
    header.subarray(68, 92).every((byte) => byte === 0) &&
    Math.floor(at(96) / 1_000_000) === 3
  )
}

/**
 * Follows the list of free pages, which must be as long as the header says. One page in a thousand free ones is read;
 * a wrong start shows at once, because every other kind of page begins with other bytes.
 */
function isFreeListSound(file: number, header: Buffer): boolean {
  const [pages, first, free] = [28, 32, 36].map((at) => header.readUInt32BE(at)) as [number, number, number]
  const start = Buffer.alloc(8)
  let found = 0
  for (let trunk = first; trunk !== 0; trunk = start.readUInt32BE(0)) {
    if (trunk > pages || found >= free) return false
    readSync(file, start, 0, 8, (trunk - 1) * pageSizeOf(header))
    found += 1 + start.readUInt32BE(4)
  }
  return found === free
}
