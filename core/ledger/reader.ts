import { Worker } from 'node:worker_threads'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
} from 'kysely'
import { ClosebackError } from '../model/errors.ts'
import type { Tables } from './schema.ts'

/** A report may take long; a query that takes longer than this has lost its way. */
const QUERY_TIMEOUT_MS = 120_000

interface Reply {
  id: number
  rows?: unknown[]
  error?: string
}

/**
 * A Kysely over a worker thread with its own read-only connection: one GROUP BY over a million rows takes 1 to
 * 1.5 s, which must never happen on the thread that acknowledges webhooks. Same queries, same types, no writes.
 */
export function readerThread(path: string): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new ReaderDialect(path) })
}

class ReaderDialect extends SqliteDialect {
  readonly #path: string

  constructor(path: string) {
    super({ database: async () => Promise.reject(new Error('the reader thread owns the connection')) })
    this.#path = path
  }

  override createDriver(): Driver {
    return new ReaderDriver(this.#path)
  }

  override createAdapter() {
    return new ManyConnections()
  }
}

/** Queries queue in the thread itself; a lock on this side would only add a hop. */
class ManyConnections extends SqliteAdapter {
  override get supportsMultipleConnections() {
    return true
  }
}

class ReaderDriver implements Driver {
  readonly #path: string
  #worker: Worker | null = null
  #next = 1
  readonly #pending = new Map<number, (reply: Reply) => void>()

  constructor(path: string) {
    this.#path = path
  }

  async init() {}

  /** Started by the first query, so that a command that reads nothing large pays nothing. */
  #thread(): Worker {
    if (this.#worker) return this.#worker
    const file = import.meta.url.endsWith('.ts') ? './reader-thread.ts' : './reader-thread.js'
    const worker = new Worker(new URL(file, import.meta.url), { workerData: { path: this.#path } })
    worker.unref()
    worker.on('message', (reply: Reply) => this.#pending.get(reply.id)?.(reply))
    worker.on('error', (error) => this.#fail(error.message))
    worker.on('exit', () => this.#fail('the reader thread ended'))
    this.#worker = worker
    return worker
  }

  #fail(error: string) {
    this.#worker = null
    for (const [id, settle] of this.#pending) settle({ id, error })
  }

  query(sql: string, parameters: readonly unknown[]): Promise<unknown[]> {
    const worker = this.#thread()
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const settle = (reply: Reply) => {
        clearTimeout(timer)
        this.#pending.delete(id)
        if (this.#pending.size === 0) worker.unref()
        if (reply.rows) resolve(reply.rows)
        else
          reject(
            new ClosebackError('unavailable', `The ledger could not be read: ${reply.error}`, {
              remedy: 'Try again; if it stays, run "closeback check".',
            }),
          )
      }
      const timer = setTimeout(() => settle({ id, error: 'the query took too long' }), QUERY_TIMEOUT_MS)
      this.#pending.set(id, settle)
      worker.ref()
      worker.postMessage({ id, sql, parameters })
    })
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ReaderConnection(this)
  }

  async beginTransaction() {}
  async commitTransaction() {}
  async rollbackTransaction() {}
  async releaseConnection() {}

  async destroy() {
    await this.#worker?.terminate()
  }
}

class ReaderConnection implements DatabaseConnection {
  readonly #driver: ReaderDriver

  constructor(driver: ReaderDriver) {
    this.#driver = driver
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return { rows: (await this.#driver.query(query.sql, query.parameters)) as R[] }
  }

  // biome-ignore lint/correctness/useYield: Kysely's interface asks for it; nothing here streams.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the reader thread does not stream: page by key instead')
  }
}
