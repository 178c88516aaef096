import { type Kysely, sql } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'
import { ledgerTables } from './migrations/0001-ledger.ts'
import { sourceTables } from './migrations/0002-sources.ts'
import { insightTables } from './migrations/0003-insights.ts'
import { consoleTables } from './migrations/0004-console.ts'
import { captureTables } from './migrations/0005-capture.ts'
import { reportTables } from './migrations/0006-reports.ts'
import { auditTables } from './migrations/0007-audits.ts'
import { pageTables } from './migrations/0008-pages.ts'
import { asideTables } from './migrations/0009-asides.ts'
import { POSTGRES_WORDS, SQLITE_WORDS, type Words } from './migrations/words.ts'

export type Engine = 'sqlite' | 'postgres'

/**
 * Forward migrations, one entry a released version, written once for both engines. No foreign keys: every row is
 * written by one transaction that also wrote what it points to, and nothing is ever deleted under it.
 */
const MIGRATIONS = {
  '0001_ledger': ledgerTables,
  '0002_sources': sourceTables,
  '0003_insights': insightTables,
  '0004_console': consoleTables,
  '0005_capture': captureTables,
  '0006_reports': reportTables,
  '0007_audits': auditTables,
  '0008_pages': pageTables,
  '0009_asides': asideTables,
} satisfies Record<string, (words: Words) => string[]>

/** Every schema version there ever was, oldest first. */
export const SCHEMA_VERSIONS: readonly string[] = Object.keys(MIGRATIONS)

export function migrationsFor(engine: Engine): MigrationProvider {
  const words = engine === 'sqlite' ? SQLITE_WORDS : POSTGRES_WORDS
  const migrations: Record<string, Migration> = {}
  for (const [version, statements] of Object.entries(MIGRATIONS))
    migrations[version] = { up: (db) => run(db, statements(words)) }
  return { getMigrations: async () => migrations }
}

async function run(db: Kysely<unknown>, statements: string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
