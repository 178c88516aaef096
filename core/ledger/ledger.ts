import { existsSync } from 'node:fs'
import { Kysely, type RawBuilder, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { ClosebackError } from '../model/errors.ts'
import { type Engine, migrationsFor } from './migrations.ts'
import { postgresDialect } from './postgres.ts'
import { readerThread } from './reader.ts'
import type { Tables } from './schema.ts'
import { openSqliteFile, sqliteDialect } from './sqlite.ts'

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
  try {
    const db =
      engine === 'sqlite'
        ? new Kysely<Tables>({ dialect: sqliteDialect(openSqliteFile(at, 'write')) })
        : new Kysely<Tables>({ dialect: postgresDialect(at, poolSize) })
    await migrate(db, engine)
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

async function migrate(db: Db, engine: Engine): Promise<void> {
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
    throw new ClosebackError('config', 'The ledger was written by a newer version of Closeback.', {
      remedy: 'Start that version or a later one; nothing was changed.',
      cause: error,
    })
  }
  throw error
}
