import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { sha256 } from '../../core/identity/digest.ts'
import { takeHostRole } from '../../core/ledger/host-lock.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import { requeue, resume } from '../../core/pipeline/decide.ts'
import { erase } from '../../core/pipeline/erase.ts'
import { hydrate } from '../../core/pipeline/hydrate.ts'
import { type Closeback, compose } from '../../server/compose.ts'
import { type Config, readConfig } from '../../server/config.ts'
import { backUp } from '../../server/operator/backup.ts'
import { restore } from '../../server/operator/restore.ts'
import { checkPromise } from '../support/checker.ts'
import type { Pair } from '../support/pair.ts'
import { postSigned } from '../support/post-signed.ts'
import { SIGNING_SECRET, won } from '../support/samples.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { usePair } from '../support/use-pair.ts'

const pairOf = usePair()
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function directory(): Promise<string> {
  const made = await temporaryDirectory()
  ends.push(() => rm(made, { recursive: true, force: true }))
  return made
}

/** The configuration of another machine on the same simulator. */
async function elsewhere(pair: Pair): Promise<Config> {
  return readConfig({ ...pair.env, CLOSEBACK_HOME: join(await directory(), 'home') })
}

async function opened(config: Config, pair: Pair): Promise<Closeback> {
  const closeback = await compose(config, { log: silent, role: 'host', now: pair.clock.now })
  ends.push(() => closeback.close())
  closeback.pipeline.jitter = () => Promise.resolve()
  return closeback
}

const statesOf = async ({ ledger }: Closeback) =>
  (await ledger.db.selectFrom('deliveries').select('state').orderBy('id').execute()).map((row) => row.state)

/** A pair with one delivery accepted, one waiting, one held, one not read yet; and its backup. */
async function backedUp() {
  const pair = await pairOf()
  await pair.post([won('A-1')])
  await pair.cycle()
  await pair.post([won('W-1'), won('H-1', { amount: null, currency: null })])
  await hydrate(pair.closeback.pipeline)
  await pair.post([won('N-1')])
  const to = join(await directory(), 'backup')
  const manifest = await backUp(pair.closeback.config, to, pair.clock.now)
  return { pair, to, manifest }
}

describe('backup', () => {
  it('holds ledger and settings with their sums, and neither keys nor rights for others', async () => {
    const { pair, to, manifest } = await backedUp()
    expect((await readdir(to)).sort()).toEqual(['ledger.db', 'manifest.json', 'workspace.json'])
    expect(manifest).toMatchObject({
      revision: 1,
      counts: { inbox: 4, deliveries: 3 },
      keyIds: [expect.any(String)],
    })
    for (const { name, sha256: sum } of manifest.files) {
      const bytes = await readFile(join(to, name))
      expect(sha256(bytes as unknown as string)).toBe(sum)
      expect((await stat(join(to, name))).mode & 0o777).toBe(0o600)
      expect(bytes.includes(pair.env.CLOSEBACK_SECRET_KEY as string)).toBe(false)
    }
    expect((await stat(to)).mode & 0o777).toBe(0o700)
  })

  it('refuses a directory that is not empty, and leaves nothing of a copy that failed', async () => {
    const { pair, to } = await backedUp()
    await expect(backUp(pair.closeback.config, to, pair.clock.now)).rejects.toMatchObject({ code: 'config' })
    const parent = await directory()
    const gone = { ...pair.closeback.config, home: join(parent, 'nowhere') }
    await expect(backUp(gone, join(parent, 'backup'), pair.clock.now)).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await readdir(parent)).toEqual([])
  })

  it('names pg_dump where PostgreSQL keeps the ledger', async () => {
    const config = readConfig({
      DATABASE_URL: 'postgres://127.0.0.1/x',
      CLOSEBACK_SECRET_KEY: '11'.repeat(32),
    })
    await expect(backUp(config, '/tmp/x', Date.now)).rejects.toMatchObject({
      code: 'config',
      remedy: expect.stringContaining('pg_dump --format=custom'),
    })
    await expect(restore(config, '/tmp/x', { now: Date.now, actor: 'cli' })).rejects.toMatchObject({
      remedy: expect.stringContaining('pg_restore'),
    })
  })

  it('holds nothing of a person who was erased before', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', { click: { ttclid: 'E.C.P.canarycanary' } })])
    await pair.cycle()
    await erase(pair.closeback.pipeline, { emails: ['d-1@example.com'], phones: [], externalIds: [] }, 'cli')
    const to = join(await directory(), 'backup')
    await backUp(pair.closeback.config, to, pair.clock.now)
    const bytes = await readFile(join(to, 'ledger.db'))
    expect(bytes.includes('E.C.P.canarycanary')).toBe(false)
    // Once, on the list that keeps the person out; its index holds no digests.
    expect(bytes.toString('latin1').split(sha256('d-1@example.com')).length - 1).toBeLessThanOrEqual(2)
  })

  it('under load covers everything acknowledged before it began, and lets senders through', async () => {
    const pair = await pairOf()
    let stopped = false
    let n = 0
    const acknowledged: string[] = []
    const load = (async () => {
      while (!stopped && n < 3000) {
        const names = Array.from({ length: 20 }, () => `L-${n++}`)
        const { results } = await pair.post(names.map((name) => won(name)))
        acknowledged.push(...results.map(({ id }) => `id:${id}`))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    while (acknowledged.length < 200) await new Promise((resolve) => setImmediate(resolve))
    const before = acknowledged.length
    const to = join(await directory(), 'backup')
    const copying = pair.another('cli').then(() => backUp(pair.closeback.config, to, pair.clock.now))
    await copying
    stopped = true
    await load
    const config = await elsewhere(pair)
    await restore(config, to, { now: pair.clock.now, actor: 'cli' })
    const copy = await opened(config, pair)
    const covered = pair.acknowledged.slice(0, before)
    await cycle(copy.pipeline)
    await checkPromise(copy.ledger, pair.sandbox.state, covered)
  })
})

describe('restore', () => {
  it('stays paused, and leaves to a person whatever may have been sent since', async () => {
    const { pair, to } = await backedUp()
    await pair.cycle()
    pair.clock.pass(60_000)
    const config = await elsewhere(pair)
    const report = await restore(config, to, { now: pair.clock.now, actor: 'cli' })
    expect(report).toMatchObject({ revision: 1, uncertain: 2, missingKeys: [] })
    const copy = await opened(config, pair)
    // A poll or a webhook brings again what the original has sent already.
    const occurredAt = new Date(pair.clock.now() - 30_000).toISOString()
    await postSigned(copy, 'shop-crm', [won('P-1', { occurredAt })], {
      secret: SIGNING_SECRET,
      at: pair.clock.now(),
    })
    await cycle(copy.pipeline, { now: true })
    expect(await statesOf(copy)).toEqual(['accepted', 'uncertain', 'uncertain', 'uncertain', 'uncertain'])
    await resume(copy.pipeline, null, 'cli')
    expect(await cycle(copy.pipeline, { now: true })).toMatchObject({ requests: 0 })
    // What happens from now on is this ledger's own.
    pair.clock.pass(60_000)
    const later = new Date(pair.clock.now() - 1000).toISOString()
    await postSigned(copy, 'shop-crm', [won('Q-1', { occurredAt: later })], {
      secret: SIGNING_SECRET,
      at: pair.clock.now(),
    })
    const before = pair.sandbox.state.events.all().length
    expect(await cycle(copy.pipeline)).toMatchObject({ accepted: 1 })
    expect(pair.sandbox.state.events.all().length).toBe(before + 1)
    // The original cannot know what its copy sent.
    pair.check = async () => {}
  })

  it('sends what a person requeues, also what was held', async () => {
    const { pair, to } = await backedUp()
    const config = await elsewhere(pair)
    await restore(config, to, { now: pair.clock.now, actor: 'cli' })
    const copy = await opened(config, pair)
    await resume(copy.pipeline, null, 'cli')
    await cycle(copy.pipeline)
    const ids = [2, 3]
    const refused = await requeue(copy.pipeline, ids, { mayDouble: false, actor: 'cli' })
    expect(refused.map(({ changed }) => changed)).toEqual([false, false])
    const decided = await requeue(copy.pipeline, ids, { mayDouble: true, actor: 'cli' })
    expect(decided.map(({ state }) => state)).toEqual(['waiting', 'waiting'])
    expect(await cycle(copy.pipeline)).toMatchObject({ accepted: 2 })
    // The original cannot know what its copy sent.
    pair.check = async () => {}
  })

  it('names the keys that are missing', async () => {
    const { pair, to, manifest } = await backedUp()
    const config = { ...(await elsewhere(pair)), secretKey: '22'.repeat(32) }
    const { missingKeys } = await restore(config, to, { now: pair.clock.now, actor: 'cli' })
    expect(missingKeys).toEqual(manifest.keyIds)
  })

  it.each(['ledger.db', 'workspace.json', 'manifest.json'])('refuses a damaged %s by name', async (name) => {
    const { pair, to } = await backedUp()
    const bytes = await readFile(join(to, name))
    const at = name === 'manifest.json' ? 0 : bytes.length >> 1
    bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at)
    await writeFile(join(to, name), bytes)
    const config = await elsewhere(pair)
    await expect(restore(config, to, { now: pair.clock.now, actor: 'cli' })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(name),
    })
    await expect(stat(config.home)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('refuses a backup of a newer version, a directory without a manifest, and one cut short', async () => {
    const { pair, to } = await backedUp()
    const config = await elsewhere(pair)
    const refusal = () => restore(config, to, { now: pair.clock.now, actor: 'cli' })
    const text = await readFile(join(to, 'manifest.json'), 'utf8')
    await writeFile(join(to, 'manifest.json'), text.replace('"0001_ledger"', '"0001_ledger", "0999_later"'))
    await expect(refusal()).rejects.toThrow(/newer Closeback .*0999_later/)
    await writeFile(join(to, 'manifest.json'), text.replace('"format": 1', '"format": 2'))
    await expect(refusal()).rejects.toThrow(/format 2/)
    await rm(join(to, 'manifest.json'))
    await expect(refusal()).rejects.toThrow(/manifest.json is missing/)
  })

  it('refuses while a host runs, and a data directory that holds anything but a key', async () => {
    const { pair, to } = await backedUp()
    const config = await elsewhere(pair)
    const options = { now: pair.clock.now, actor: 'cli' }
    await mkdir(config.home, { recursive: true })
    const host = takeHostRole(join(config.home, 'host.lock'))
    await expect(restore(config, to, options)).rejects.toThrow(/Another Closeback host is running/)
    host.release()
    await writeFile(join(config.home, 'notes.txt'), '')
    await expect(restore(config, to, options)).rejects.toThrow(/not empty \(notes.txt\)/)
    await rm(join(config.home, 'notes.txt'))
    await writeFile(join(config.home, 'secret.key'), `${Buffer.alloc(32, 1).toString('base64')}\n`)
    await restore(config, to, options)
    await expect(restore(config, to, options)).rejects.toThrow(/not empty/)
  })

  it('interrupted at any step leaves nothing or all of it, and goes on when it is run again', async () => {
    const { pair, to } = await backedUp()
    const options = { now: pair.clock.now, actor: 'cli' }
    const steps: string[] = []
    await restore(await elsewhere(pair), to, { ...options, step: (name) => steps.push(name) })
    expect(steps).toEqual([
      'prepare',
      'copy ledger.db',
      'copy workspace.json',
      'mark',
      'sync',
      'move workspace.json',
      'move ledger.db',
      'sync directory',
      'clear',
    ])
    for (const last of steps) {
      const config = await elsewhere(pair)
      const step = (name: string) => {
        if (name === last) throw new Error('killed')
      }
      await expect(restore(config, to, { ...options, step })).rejects.toThrow('killed')
      const isThere = (await readdir(config.home)).includes('ledger.db')
      expect(isThere, last).toBe(['sync directory', 'clear'].includes(last))
      if (!isThere) {
        if (last !== 'prepare')
          await expect(compose(config, { log: silent, role: 'host' })).rejects.toThrow(
            /restore .*interrupted/,
          )
        await restore(config, to, options)
      }
      const copy = await compose(config, { log: silent, role: 'host', now: pair.clock.now })
      expect(await statesOf(copy), last).toEqual(['accepted', 'uncertain', 'uncertain'])
      expect(await copy.ledger.db.selectFrom('connections').select('id').execute()).toEqual([{ id: '*' }])
      await copy.close()
    }
  })

  it('leaves the backup as it was, to be restored again', async () => {
    const { pair, to } = await backedUp()
    const before = await readFile(join(to, 'ledger.db'))
    await restore(await elsewhere(pair), to, { now: pair.clock.now, actor: 'cli' })
    expect((await readFile(join(to, 'ledger.db'))).equals(before)).toBe(true)
    const moved = join(await directory(), 'moved')
    await cp(to, moved, { recursive: true })
    await restore(await elsewhere(pair), moved, { now: pair.clock.now, actor: 'cli' })
    expect(new DatabaseSync(join(moved, 'ledger.db'), { readOnly: true })).toBeDefined()
  })
})
