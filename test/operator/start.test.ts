import { cp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { startPair } from '../support/pair.ts'
import { settings, won } from '../support/samples.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const KEY = '11'.repeat(32)
let healthy: string
let work: string

/** A home that was used: a few hundred deals, closed as a host closes it. */
beforeAll(async () => {
  healthy = await temporaryDirectory()
  work = await temporaryDirectory()
  const pair = await startPair({ settings: settings() })
  await pair.post(Array.from({ length: 300 }, (_, n) => won(`D-${n}`)))
  await pair.cycle()
  await pair.closeback.close()
  await cp(pair.closeback.config.home, healthy, { recursive: true })
  await pair.close().catch(() => {})
})
afterAll(async () => {
  for (const directory of [healthy, work]) await rm(directory, { recursive: true, force: true })
})

let copies = 0
async function copyOf(): Promise<string> {
  const home = join(work, String(++copies))
  await cp(healthy, home, { recursive: true })
  return home
}

async function start(home: string) {
  const config = readConfig({ CLOSEBACK_HOME: home, CLOSEBACK_SECRET_KEY: KEY })
  const closeback = await compose(config, { log: silent, role: 'host' })
  await closeback.close()
}

/** Starting is refused, the file is named and left as it is. */
async function refused(home: string, what: RegExp): Promise<void> {
  const path = join(home, 'ledger.db')
  const before = await readFile(path)
  await expect(start(home)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(what),
  })
  await expect(start(home)).rejects.toThrow(path)
  expect((await readFile(path)).equals(before)).toBe(true)
}

describe('a ledger that cannot be trusted', () => {
  it('starts when nothing is wrong', async () => {
    await start(await copyOf())
  })

  it.each([50, 4096, 8192])('is refused cut to %i bytes', async (size) => {
    const home = await copyOf()
    await truncate(join(home, 'ledger.db'), size)
    await refused(home, /was cut off/)
  })

  it('is refused with its last byte missing', async () => {
    const home = await copyOf()
    const path = join(home, 'ledger.db')
    await truncate(path, (await stat(path)).size - 1)
    await refused(home, /was cut off/)
  })

  it('is refused empty', async () => {
    const home = await copyOf()
    await truncate(join(home, 'ledger.db'), 0)
    await refused(home, /is empty/)
  })

  it('is refused when it is no database', async () => {
    const home = await copyOf()
    await writeFile(join(home, 'ledger.db'), 'x'.repeat(8192))
    await refused(home, /is not a SQLite database/)
  })

  it('is refused with any byte of its header flipped that means anything', async () => {
    const home = await copyOf()
    const path = join(home, 'ledger.db')
    const whole = await readFile(path)
    // The schema cookie (40 to 43), the advice for the cache (48 to 51) and the last digits of SQLite's version say nothing about the rows.
    const idle = (at: number) => (at >= 40 && at < 44) || (at >= 48 && at < 52) || at >= 96
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          fc.pre(!idle(at))
          const bytes = Buffer.from(whole)
          bytes.writeUInt8((bytes[at] ?? 0) ^ mask, at)
          await writeFile(path, bytes)
          await refused(home, /cannot be trusted/)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('is refused when a newer version wrote it, by its path', async () => {
    const home = await copyOf()
    const path = join(home, 'ledger.db')
    const database = new DatabaseSync(path)
    database.exec(`insert into schema_versions (name, timestamp) values ('0999_later', '2030-01-01')`)
    database.close()
    await expect(start(home)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(`newer version of Closeback (${path})`),
    })
    const after = new DatabaseSync(path, { readOnly: true })
    expect(after.prepare('select count(*) as n from inbox').get()).toEqual({ n: 300 })
    after.close()
  })
})

describe('a data directory without its ledger', () => {
  it.each(['workspace.json', 'secret.key'])('is refused when %s tells that it was used', async (name) => {
    const home = await temporaryDirectory()
    await writeFile(
      join(home, name),
      name === 'secret.key' ? `${Buffer.alloc(32).toString('base64')}\n` : '{}',
    )
    await expect(start(home)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(`${join(home, 'ledger.db')} is missing`),
    })
    await expect(stat(join(home, 'ledger.db'))).rejects.toMatchObject({ code: 'ENOENT' })
    await rm(home, { recursive: true })
  })

  it('is new when it holds neither, and gets a ledger that only its owner reads', async () => {
    const home = await temporaryDirectory()
    await start(home)
    expect((await stat(join(home, 'ledger.db'))).mode & 0o777).toBe(0o600)
    await start(home)
    await rm(home, { recursive: true })
  })

  it('that was empty when a first start was interrupted starts again', async () => {
    const home = await temporaryDirectory()
    await writeFile(join(home, 'ledger.db'), '')
    await start(home)
    await rm(home, { recursive: true })
  })
})
