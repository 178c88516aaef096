import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeHostRole } from '../../core/ledger/host-lock.ts'
import { workspaceLedger } from '../../core/ledger/workspace.ts'
import { durableFile, nodeFileSystem } from '../../core/workspace/durable-file.ts'
import { tokenPlace } from '../../core/workspace/secret-places.ts'
import { type Closeback, compose } from '../../server/compose.ts'
import { type Config, readConfig } from '../../server/config.ts'
import { type RotateOptions, rotateKeys } from '../../server/operator/rotate-keys.ts'
import { connection, settings } from '../support/samples.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { recordingFileSystem } from '../unit/workspace/fs-fake.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const TOKEN = 'sealed-token-canary'
const PLACE = tokenPlace('us-brand', 'events')
let home: string
const opened: Closeback[] = []

beforeEach(async () => {
  home = await temporaryDirectory()
})
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

const configOf = (env: Record<string, string> = {}): Config => readConfig({ CLOSEBACK_HOME: home, ...env })

async function open(config = configOf()): Promise<Closeback> {
  const closeback = await compose(config, { log: silent, role: 'cli' })
  opened.push(closeback)
  return closeback
}

/** A home with a sealed token, by a key file or by the given key. */
async function sealed(config = configOf()): Promise<Closeback> {
  const closeback = await open(config)
  const given = settings({ connections: [connection({ tokens: { events: { value: TOKEN } } })] })
  await closeback.apply(JSON.stringify(given), 'w.json', { actor: 'cli', prune: false, dryRun: false })
  return closeback
}

const keyFile = () => join(home, 'secret.key')
const optionsOf = ({ config, ledger }: Closeback, given: Partial<RotateOptions> = {}): RotateOptions => ({
  config,
  ledger,
  file: durableFile(keyFile()),
  actor: 'cli',
  ...given,
})
const tokenNow = async (config = configOf()) => (await open(config)).pipeline.eventsToken('us-brand')
const keyIds = async ({ ledger }: Closeback) =>
  new Set([...(await workspaceLedger(ledger).readSealed()).values()].map(({ keyId }) => keyId))

describe('keys rotate', () => {
  it('seals every secret with a new key, and the old key opens nothing any more', async () => {
    const closeback = await sealed()
    const old = await readFile(keyFile(), 'utf8')
    const digestKey = closeback.pipeline.digestKey
    const rotation = await rotateKeys(optionsOf(closeback))
    expect(rotation).toMatchObject({ resealed: 3, keys: 'file', retired: [expect.any(String)] })
    expect(await keyIds(closeback)).toEqual(new Set([rotation.keyId]))
    const now = await readFile(keyFile(), 'utf8')
    expect(now).not.toContain(old.trim())
    expect(now.split(',').length).toBe(1)
    const after = await open()
    expect(await after.pipeline.eventsToken('us-brand')).toBe(TOKEN)
    expect(after.pipeline.digestKey.equals(digestKey)).toBe(true)
    await writeFile(keyFile(), old)
    await expect(open()).rejects.toThrow(/which is not here/)
  })

  it('refuses while a host runs, and changes nothing', async () => {
    const closeback = await sealed()
    const before = await readFile(keyFile(), 'utf8')
    const host = takeHostRole(join(home, 'host.lock'))
    await expect(rotateKeys(optionsOf(closeback))).rejects.toThrow(/host is running/)
    host.release()
    expect(await readFile(keyFile(), 'utf8')).toBe(before)
  })

  it('opens every secret whenever it is interrupted, and is finished by another run', async () => {
    const closeback = await sealed()
    for (const last of ['add the new key', 'seal again', 'remove the old keys']) {
      const step = (name: string) => {
        if (name === last) throw new Error('killed')
      }
      await expect(rotateKeys(optionsOf(closeback, { step }))).rejects.toThrow('killed')
      expect(await tokenNow(), last).toBe(TOKEN)
    }
    const { retired } = await rotateKeys(optionsOf(closeback))
    expect(retired.length).toBeGreaterThan(1)
    expect((await readFile(keyFile(), 'utf8')).split(',').length).toBe(1)
    expect(await tokenNow()).toBe(TOKEN)
  })

  it('opens every secret whichever call to the disk fails', async () => {
    const closeback = await sealed()
    const calm = recordingFileSystem(home)
    await rotateKeys(optionsOf(closeback, { file: durableFile(keyFile(), calm.fs) }))
    expect(calm.calls.filter((call) => call === 'rename').length).toBe(2)
    for (let at = 0; at < calm.calls.length; at++) {
      const { fs } = recordingFileSystem(home, (_, index) => (index === at ? 'EIO' : null))
      await rotateKeys(optionsOf(closeback, { file: durableFile(keyFile(), fs) })).catch(() => {})
      expect(await tokenNow(), `${at}: ${calm.calls[at]}`).toBe(TOKEN)
    }
  })

  it('removes no key when a secret does not open', async () => {
    const closeback = await sealed()
    const before = (await readFile(keyFile(), 'utf8')).trim()
    await closeback.ledger.db
      .updateTable('sealed_secrets')
      .set({ key_id: 'deadbeef' })
      .where('place', '=', PLACE)
      .execute()
    await expect(rotateKeys(optionsOf(closeback))).rejects.toThrow(/deadbeef, which is not here/)
    expect(await readFile(keyFile(), 'utf8')).toContain(before)
    expect([...(await keyIds(closeback))]).toContain('deadbeef')
  })

  it('with CLOSEBACK_SECRET_KEY explains the two steps, and seals with the first of two', async () => {
    const [old, next] = ['11'.repeat(32), '22'.repeat(32)]
    const closeback = await sealed(configOf({ CLOSEBACK_SECRET_KEY: old }))
    await expect(rotateKeys(optionsOf(closeback))).rejects.toMatchObject({
      code: 'config',
      remedy: expect.stringContaining('CLOSEBACK_SECRET_KEY=new,old'),
    })
    const both = await open(configOf({ CLOSEBACK_SECRET_KEY: `${next},${old}` }))
    expect(await rotateKeys(optionsOf(both))).toMatchObject({ resealed: 3, keys: 'environment' })
    expect(await tokenNow(configOf({ CLOSEBACK_SECRET_KEY: next }))).toBe(TOKEN)
    await expect(nodeFileSystem.readText(keyFile())).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
