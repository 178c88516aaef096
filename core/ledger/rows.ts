import { CompiledQuery, PostgresAdapter, type RawBuilder, sql } from 'kysely'
import type { DeliveryState } from '../model/delivery.ts'
import type { Money } from '../model/money.ts'
import type { Db } from './ledger.ts'
import type { Engine } from './migrations.ts'
import type { InboxTable, Tables } from './schema.ts'

/** Rows one statement carries; 256 x 32 columns stays under both engines' limits on parameters (32,766 and 65,535). */
const CHUNK = 256

/** Which engine a database or transaction runs on, for the few words that differ. */
export function engineOf(db: Db): Engine {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

const texts = new Map<string, string>()

/** The statement for n rows. Built once: compiling it anew for each group costs more than running it. */
function insertText(
  engine: Engine,
  table: string,
  columns: readonly string[],
  n: number,
  tail: string,
): string {
  const key = `${engine} ${table} ${n} ${tail} ${columns.join()}`
  let text = texts.get(key)
  if (!text) {
    let parameter = 0
    const row = () => `(${columns.map(() => (engine === 'sqlite' ? '?' : `$${++parameter}`)).join(', ')})`
    const values = Array.from({ length: n }, row).join(', ')
    text = `insert into ${table} (${columns.join(', ')}) values ${values} ${tail}`
    texts.set(key, text)
  }
  return text
}

/**
 * Inserts many rows in as few statements as possible: full chunks, then the rest in powers of two, so that at
 * most nine texts per table are ever prepared. What a unique key refuses is left out, silently (or does what
 * `onConflict` says): the rows that `returning` gives back are the ones that went in.
 */
export async function insertRows<Row extends object, Returned = never>(
  db: Db,
  table: keyof Tables,
  rows: readonly Row[],
  returning: readonly string[] = [],
  onConflict = 'do nothing',
): Promise<Returned[]> {
  const inserted: Returned[] = []
  const [first] = rows
  if (!first) return inserted
  const columns = Object.keys(first)
  const engine = engineOf(db)
  const tail = `on conflict ${onConflict}${returning.length > 0 ? ` returning ${returning.join(', ')}` : ''}`
  let at = 0
  while (at < rows.length) {
    const n = Math.min(CHUNK, 2 ** Math.floor(Math.log2(rows.length - at)))
    const parameters: unknown[] = []
    for (let i = at; i < at + n; i++)
      for (const column of columns) parameters.push(Reflect.get(rows[i] as Row, column))
    const answer = await db.executeQuery<Returned>(
      CompiledQuery.raw(insertText(engine, table, columns, n, tail), parameters),
    )
    for (const row of answer.rows) inserted.push(row)
    at += n
  }
  return inserted
}

/** `column in (…)` for any number of values as one parameter, so that one prepared text serves every size. */
export function isOneOf(db: Db, column: string, values: readonly (number | string)[]): RawBuilder<boolean> {
  const reference = sql.ref(column)
  if (engineOf(db) === 'sqlite')
    return sql`${reference} in (select value from json_each(${JSON.stringify(values)}))`
  const type = sql.raw(typeof values[0] === 'string' ? 'text[]' : 'bigint[]')
  return sql`${reference} = any(${values}::${type})`
}

/** A sum that may pass 2^53, as text; read it with `BigInt`. */
export function total(column: string): RawBuilder<string> {
  return sql<string>`cast(coalesce(sum(${sql.ref(column)}), 0) as text)`
}

/**
 * `state = 'waiting'`, spelled out: a partial index serves a query only when the planner sees the very words of the
 * index, which a bound parameter would hide.
 */
export function stateIs(state: DeliveryState | InboxTable['state']): RawBuilder<boolean> {
  return sql`state = ${sql.lit(state)}`
}

/**
 * Which index a read walks. SQLite keeps no statistics here and would rather take any index that begins with `state`,
 * which walks the whole backlog in every cycle; PostgreSQL knows how many rows a state has.
 */
export function indexedBy(db: Db, index: string): RawBuilder<unknown> {
  return engineOf(db) === 'sqlite' ? sql`indexed by ${sql.raw(index)}` : sql``
}

/** The same for the key of the table alone: SQLite would rather walk all of an index that is in the order of the groups. */
export function byKeyAlone(db: Db): RawBuilder<unknown> {
  return engineOf(db) === 'sqlite' ? sql`not indexed` : sql``
}

/** A column as text. */
export function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

/** Two columns as money; null where one of them says nothing. */
export function moneyOf(minor: unknown, currency: unknown): Money | null {
  return minor == null || currency == null ? null : { minor: Number(minor), currency: String(currency) }
}
