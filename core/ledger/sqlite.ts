import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { type DialectAdapter, SqliteAdapter, type SqliteDatabase, SqliteDialect } from 'kysely'
import { statementRunner } from './sqlite-file.ts'

/** Kysely's SQLite dialect speaks better-sqlite3's interface; this is all it takes to give it Node's own SQLite. */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const prepare = statementRunner(database)
  const shim: SqliteDatabase = {
    close: () => database.close(),
    prepare(sql) {
      const statement = prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      }
    },
  }
  return new TransactionalSqliteDialect({ database: shim })
}

/** SQLite does run DDL in transactions; saying so lets two starting processes race for one migration safely. */
class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter()
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}
