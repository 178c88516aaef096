import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compose } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { checkPromise } from '../support/checker.ts'
import { postHttp, runCli } from '../support/real-host.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { useRealPair, wonNow } from '../support/use-real-pair.ts'

const pairOf = useRealPair()
const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe('a backup of a host that is running', () => {
  it('covers what was acknowledged before it began, while senders are answered all along', async () => {
    const pair = await pairOf()
    const host = await pair.start()
    const elsewhere = await temporaryDirectory()
    const to = join(elsewhere, 'backup')
    let [n, stopped, refused] = [0, false, 0]
    const sender = async () => {
      while (!stopped) {
        const { status } = await pair.post(host, [wonNow(`L-${n++}`)])
        if (status !== 202) refused += 1
      }
    }
    const senders = [sender(), sender()]
    while (pair.acknowledged.length < 50) await new Promise((resolve) => setTimeout(resolve, 5))
    const covered = [...pair.acknowledged]
    expect(await pair.cli('backup', to, '--json')).toMatchObject({ code: 0 })
    stopped = true
    await Promise.all(senders)
    expect(refused).toBe(0)
    expect((await readdir(to)).sort()).toEqual(['ledger.db', 'manifest.json', 'workspace.json'])

    const env = {
      CLOSEBACK_HOME: join(elsewhere, 'home'),
      CLOSEBACK_SECRET_KEY: '11'.repeat(32),
      TIKTOK_API_URL: pair.sandbox.url,
    }
    const inPlace = await runCli({ ...env, CLOSEBACK_HOME: pair.home }, ['restore', to])
    expect(inPlace).toMatchObject({ code: 2, err: expect.stringContaining('host is running') })
    expect(await runCli(env, ['restore', to])).toMatchObject({ code: 0 })
    const copy = await compose(readConfig(env), { log: silent, role: 'cli' })
    try {
      await checkPromise(copy.ledger, pair.sandbox.state, covered)
      // The original answers on, and knows nothing of its copy.
      expect((await postHttp(host.url, JSON.stringify([wonNow('after')]))).status).toBe(202)
    } finally {
      await copy.close()
      await rm(elsewhere, { recursive: true, force: true })
    }
  })
})
