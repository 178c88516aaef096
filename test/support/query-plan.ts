import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Ledger } from '../../core/ledger/ledger.ts'

/** How SQLite runs each statement that `work` makes of the ledger: one text a statement, its steps in order. */
export async function queryPlans(
  ledger: Ledger,
  path: string,
  work: (watched: Ledger) => Promise<unknown>,
): Promise<string[]> {
  const statements: { sql: string; parameters: readonly unknown[] }[] = []
  const db = ledger.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => result,
  })
  const executor = db.getExecutor()
  const compile = executor.compileQuery.bind(executor)
  executor.compileQuery = (...query) => {
    const compiled = compile(...query)
    statements.push(compiled)
    return compiled
  }
  await work({ ...ledger, db, reader: db, transaction: (run) => run(db) })
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return statements.map(({ sql, parameters }) =>
      database
        .prepare(`explain query plan ${sql}`)
        .all(...(parameters as SQLInputValue[]))
        .map((step) => String(step.detail))
        .join('; '),
    )
  } finally {
    database.close()
  }
}
