import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openLedger } from '../../../core/ledger/ledger.ts'
import { startTikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { serve } from '../../../server/serve.ts'
import { startHost } from '../../support/real-host.ts'
import { ask } from './ask.ts'
import { eventually } from './eventually.ts'
import { item, post, SECRET, startRig, TOKEN, WORKSPACE } from './rig.ts'

describe('a host that is asked to stop', () => {
  let home = ''
  let tiktok: Awaited<ReturnType<typeof startTikTokSandbox>>
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'closeback-stop-'))
    tiktok = await startTikTokSandbox({ port: 0 })
  })
  afterEach(async () => {
    await tiktok.close()
    await rm(home, { recursive: true, force: true })
  })

  it('finishes the batch in flight, says nothing more on stdout and exits 0', async () => {
    const host = await startHost({
      CLOSEBACK_HOME: home,
      TIKTOK_API_URL: tiktok.url,
      TIKTOK_EVENTS_TOKEN: TOKEN,
      SHOP_CRM_SECRET: SECRET,
    })
    const key = /cb_[\w-]+/.exec(host.err())?.[0] ?? ''
    expect((await ask(host.url, 'PUT /workspace', { key, body: WORKSPACE })).status).toBe(200)
    const said = Array.from({ length: 20 }, () => item())
    expect((await post(host.url, said)).json).toMatchObject({ received: 20 })
    await fetch(`${tiktok.url}/_sandbox/faults`, {
      method: 'PUT',
      body: JSON.stringify([{ kind: 'slow', ms: 2000, accept: true, match: { path: '/event/track/' } }]),
    })
    const asked = ask(host.url, 'POST /push', { key }).catch(() => null)
    await eventually(async () => {
      const { json } = await ask(host.url, 'GET /status', { key })
      expect(json.deliveries).toContainEqual(expect.objectContaining({ state: 'in_flight', count: 20 }))
    })
    const ended = await host.end('SIGTERM')
    expect(ended).toMatchObject({ code: 0, signal: null, out: `closeback listening on ${host.url}\n` })
    // Who asked for the push still gets its answer.
    expect((await asked)?.json).toMatchObject({ accepted: 20 })

    const ledger = await openLedger({ at: join(home, 'ledger.db'), now: Date.now })
    const rows = await ledger.db.selectFrom('deliveries').select(['state', 'attempts']).execute()
    await ledger.close()
    expect(rows).toEqual(Array.from({ length: 20 }, () => ({ state: 'accepted', attempts: 1 })))
  })

  it('frees its directory for the next, which takes back what a killed one left in flight', async () => {
    const env = {
      CLOSEBACK_HOME: home,
      TIKTOK_API_URL: tiktok.url,
      TIKTOK_EVENTS_TOKEN: TOKEN,
      SHOP_CRM_SECRET: SECRET,
    }
    const first = await startRig({ env, home })
    await post(first.url, item())
    await eventually(async () => {
      const rows = await first.closeback.ledger.db.selectFrom('deliveries').select('state').execute()
      expect(rows).toEqual([{ state: 'waiting' }])
    })
    await first.closeback.ledger.db
      .updateTable('deliveries')
      .set({
        state: 'in_flight',
        lease: 'host:dead:1',
        lease_until: Date.now() + 60_000,
        began_at: Date.now(),
      })
      .execute()
    await expect(
      serve(first.config, { out() {}, err() {}, log: first.closeback.pipeline.log }),
    ).rejects.toMatchObject({
      code: 'config',
    })
    // The one that was refused harmed nothing.
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
    await first.end()

    const second = await startRig({ env, home })
    try {
      expect(second.told).toEqual([])
      const [row] = await second.closeback.ledger.db.selectFrom('deliveries').selectAll().execute()
      expect(row).toMatchObject({ state: 'waiting', attempts: 1, code: 'no_outcome' })
      expect(row?.first_unknown_at).not.toBeNull()
    } finally {
      await second.end()
    }
  })
})

describe('health', () => {
  it('is alive while it lives, and ready while the ledger answers', async () => {
    const rig = await startRig()
    const status = async (path: string) => (await fetch(rig.url + path)).status
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200])
    const broken = vi.spyOn(rig.closeback.store, 'refresh').mockRejectedValue(new Error('no such table'))
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503])
    broken.mockReturnValue(new Promise(() => {}))
    expect(await status('/readyz')).toBe(503)
    broken.mockRestore()
    expect(await status('/readyz')).toBe(200)
    await rig.end()
  })

  it('says where it is to a browser, and nothing about the software to anybody', async () => {
    const rig = await startRig()
    const page = await fetch(rig.url)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    // The console's own policy is stricter than that of the page that stands in where it was not built.
    const built = existsSync(new URL('../../../dist/ui/index.html', import.meta.url))
    expect(page.headers.get('content-security-policy')).toContain(`default-src '${built ? 'none' : 'self'}'`)
    expect(page.headers.has('x-powered-by')).toBe(false)
    const nowhere = await fetch(`${rig.url}/nowhere`)
    expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    await rig.end()
  })
})
