import { existsSync, statSync } from 'node:fs'
import { Kysely, type RawBuilder, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { ClosebackError } from '../model/errors.ts'
import { type Engine, migrationsFor } from './migrations.ts'
import { postgresDialect } from './postgres.ts'
import { readerThread } from './reader.ts'
import type { Tables } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'
import { openSqliteFile } from './sqlite-file.ts'
import { headerProblem, WITHOUT_TABLES } from './sqlite-header.ts'

/** How long a new file may stand without its first log while other processes start. */
const FIRST_LOG_MS = 2000

/** Queries run on either a ledger's database or inside one of its transactions. */
export type Db = Kysely<Tables>

export interface Ledger {
  engine: Engine
  /** Small bounded statements only: on SQLite they run on the main thread. */
  db: Db
  /** Reports, lists, anything whose size nobody bounds. Never writes. */
  reader: Db
  /** Epoch ms by this host's clock. */
  now(): number
  /** Now, for leases: the database's clock where several hosts share one (PostgreSQL), else this host's. */
  leaseClock(): RawBuilder<number>
  /** All of it or nothing. Waits for the one writer on SQLite; on PostgreSQL it is a plain transaction. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface LedgerOptions {
  /** Path of the SQLite file, or a `postgres://` URL. */
  at: string
  now: () => number
  /** Connections of the PostgreSQL pool. */
  poolSize?: number
}

/** Opens the ledger and brings its schema up to date. Throws ClosebackError `config` naming what is wrong. */
export async function openLedger({ at, now, poolSize = 10 }: LedgerOptions): Promise<Ledger> {
  const engine: Engine = /^postgres(ql)?:\/\//.test(at) ? 'postgres' : 'sqlite'
  const where = engine === 'sqlite' ? at : 'the PostgreSQL database'
  const existed = engine === 'postgres' || existsSync(at)
  if (engine === 'sqlite' && existed) refuseDamaged(at)
  try {
    const db =
      engine === 'sqlite'
        ? new Kysely<Tables>({ dialect: sqliteDialect(openSqliteFile(at, 'write')) })
        : new Kysely<Tables>({ dialect: postgresDialect(at, poolSize) })
    await migrate(db, engine, where)
    const reader = engine === 'sqlite' ? readerThread(at) : db
    return {
      engine,
      db,
      reader,
      now,
      leaseClock: () =>
        engine === 'sqlite'
          ? sql<number>`cast(${now()} as integer)`
          : sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
      transaction: (work) => db.transaction().execute(work),
      async close() {
        if (reader !== db) await reader.destroy()
        await db.destroy()
      },
    }
  } catch (error) {
    if (error instanceof ClosebackError) throw error
    const detail = error instanceof Error ? error.message : String(error)
    throw new ClosebackError('config', `The ledger could not be opened (${where}): ${detail}`, {
      remedy:
        engine === 'postgres'
          ? 'Check DATABASE_URL and that the database accepts connections.'
          : existed
            ? 'The file is left as it is. Restore it from a backup, or point CLOSEBACK_HOME to the right directory.'
            : 'Check that the data directory (CLOSEBACK_HOME) exists and can be written.',
      cause: error,
    })
  }
}

/** An empty file is a start that was interrupted, unless the data directory knows better: see server/compose.ts. */
function refuseDamaged(path: string): void {
  const size = (name: string) => statSync(name, { throwIfNoEntry: false })?.size ?? 0
  if (size(path) === 0) return
  const look = () => headerProblem(path, { hasLog: size(`${path}-wal`) > 0 })
  // A host beside us may be writing the very page: what is wrong twice is wrong.
  let problem = look() && look()
  // Or be about to write the first log: its fsync takes milliseconds, on a busy disk more.
  const until = performance.now() + FIRST_LOG_MS
  while (problem === WITHOUT_TABLES && performance.now() < until) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    problem = look()
  }
  if (problem === null) return
  throw new ClosebackError('config', `The ledger cannot be trusted: ${path} ${problem}.`, {
    remedy:
      'The file is left as it is. Move it away and restore a backup, or point CLOSEBACK_HOME to the right directory.',
  })
}

async function migrate(db: Db, engine: Engine, where: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: migrationsFor(engine),
    migrationTableName: 'schema_versions',
    migrationLockTableName: 'schema_lock',
  })
  const { error } = await migrator.migrateToLatest()
  if (!error) return
  const detail = error instanceof Error ? error.message : String(error)
  if (/previously executed migration .* is missing/.test(detail)) {
    throw new ClosebackError('config', `The ledger was written by a newer version of Closeback (${where}).`, {
      remedy: 'Start that version or a later one; nothing was changed.',
      cause: error,
    })
  }
  throw error
}
