import type { SQLInputValue } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteFile, statementRunner } from './sqlite-file.ts'

// The other side of reader.ts: one read-only connection, one query after the other.
const prepare = statementRunner(openSqliteFile((workerData as { path: string }).path, 'read'))

parentPort?.on(
  'message',
  ({ id, sql, parameters }: { id: number; sql: string; parameters: SQLInputValue[] }) => {
    try {
      parentPort?.postMessage({ id, rows: prepare(sql).all(...parameters) })
    } catch (error) {
      parentPort?.postMessage({ id, error: error instanceof Error ? error.message : 'unknown' })
    }
  },
)
