import { DatabaseSync } from 'node:sqlite'

/** What a copy of the ledger holds, read from the copy itself. */
export interface CopiedLedger {
  /** Migrations it has seen, by name. */
  schema: string[]
  revision: number
  digest: string
  /** Rows by table. */
  counts: Record<string, number>
  /** Keys that its secrets were sealed with. */
  keyIds: string[]
}

/**
 * Copies a SQLite ledger while others write to it: the state of one moment, without freed pages, so that what was erased
 * is not in it. Writers go on; their log grows until the copy is done. Blocks this thread: for commands, not for hosts.
 */
export function copyLedger(path: string, to: string): void {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    database.exec('pragma busy_timeout = 5000')
    database.prepare('vacuum into ?').run(to)
  } finally {
    database.close()
  }
}

/** Looks into a copy. Throws what SQLite says when it is not one. */
export function describeCopy(path: string): CopiedLedger {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const column = (sql: string) =>
      database
        .prepare(sql)
        .all()
        .map((row) => String(Object.values(row)[0]))
    const tables = column(
      `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`,
    )
    const counts = tables.map((name): [string, number] => [
      name,
      Number(column(`select count(*) from "${name}"`)[0]),
    ])
    const [revision = '0', digest = ''] = [
      ...column('select revision from workspace'),
      ...column('select digest from workspace'),
    ]
    return {
      schema: column('select name from schema_versions order by name'),
      revision: Number(revision),
      digest,
      counts: Object.fromEntries(counts),
      keyIds: column('select distinct key_id from sealed_secrets order by key_id'),
    }
  } finally {
    database.close()
  }
}
