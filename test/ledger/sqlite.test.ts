import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeHostRole } from '../../core/ledger/host-lock.ts'
import { openLedger } from '../../core/ledger/ledger.ts'
import { describeLedger } from '../conformance/ledger.ts'
import { add, delivery, type OpenedLedger, rowsOf, START } from '../conformance/ledger-harness.ts'
import { claimInThreads } from '../support/in-threads.ts'
import { openSqliteLedger } from '../support/open-ledger.ts'
import { temporaryDirectory } from '../support/temporary.ts'

describeLedger('SQLite', openSqliteLedger)

describe('a SQLite ledger', () => {
  let opened: (OpenedLedger & { path: string }) | undefined
  beforeEach(async () => {
    opened = await openSqliteLedger(() => START)
  })
  afterEach(() => opened?.close())
  const current = () => {
    if (!opened) throw new Error('not open')
    return opened
  }

  it('is durable at every commit: a write-ahead log, synced in full', async () => {
    const { db } = current().ledger
    expect((await sql`pragma journal_mode`.execute(db)).rows).toEqual([{ journal_mode: 'wal' }])
    expect((await sql`pragma synchronous`.execute(db)).rows).toEqual([{ synchronous: 2 }])
  })

  it('reads reports in a thread that sees what is committed and refuses to write', async () => {
    const { ledger } = current()
    await add(ledger, [delivery(1)])
    expect(await ledger.reader.selectFrom('deliveries').select('state').execute()).toEqual([
      { state: 'waiting' },
    ])
    await expect(ledger.reader.deleteFrom('deliveries').execute()).rejects.toMatchObject({
      name: 'ClosebackError',
      code: 'unavailable',
    })
    expect(await rowsOf(ledger)).toHaveLength(1)
  })

  it('goes on reading after a query failed, and answers many at once to whoever asked', async () => {
    const { reader } = current().ledger
    await expect(sql`select nonsense from nowhere`.execute(reader)).rejects.toThrow(/no such table/)
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, n) => (await sql<{ n: number }>`select ${n} as n`.execute(reader)).rows,
      ),
    )
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => [{ n }]))
  })

  it('gives no delivery to two of three hosts that claim at once', async () => {
    await add(
      current().ledger,
      Array.from({ length: 300 }, (_, n) => delivery(n + 1)),
    )
    const taken = (await claimInThreads(current().path, 3, START)).flat()
    expect(taken).toHaveLength(300)
    expect(new Set(taken).size).toBe(300)
  })
})

describe('a SQLite file', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await temporaryDirectory()
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('is given its schema once by hosts that start together', async () => {
    const path = join(directory, 'ledger.db')
    expect(await claimInThreads(path, 3, START)).toEqual([[], [], []])
    const ledger = await openLedger({ at: path, now: () => START })
    const versions = await sql<{ name: string }>`select name from schema_versions`.execute(ledger.db)
    await ledger.close()
    expect(new Set(versions.rows.map(({ name }) => name)).size).toBe(versions.rows.length)
  })

  it('is waited for while another process makes it, and refused when its log never comes', async () => {
    const path = join(directory, 'ledger.db')
    const made = new DatabaseSync(path)
    made.exec('pragma journal_mode = wal')
    made.close()
    await expect(openLedger({ at: path, now: () => START })).rejects.toThrow('its log is missing')
  })

  it('in a directory that is not there is refused, by name and with what to do', async () => {
    const path = join(directory, 'missing', 'ledger.db')
    await expect(openLedger({ at: path, now: () => START })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(path),
      remedy: expect.stringContaining('CLOSEBACK_HOME'),
    })
  })

  it('has one host: the lock is refused to a second, and free when the first is gone', () => {
    const path = join(directory, 'host.lock')
    const first = takeHostRole(path)
    expect(() => takeHostRole(path)).toThrow(/Another Closeback host/)
    first.release()
    takeHostRole(path).release()
  })
})
