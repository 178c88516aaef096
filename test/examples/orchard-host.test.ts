import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { cycle } from '../../core/pipeline/cycle.ts'
import { startTikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { readConfig } from '../../server/config.ts'
import { serve } from '../../server/serve.ts'
import { api, notice, sign } from './orchard-world.ts'

const WORKSPACE = `version: 1
connections:
  - id: us-brand
    advertiserId: "7000000000000000001"
    currency: USD
    timezone: America/New_York
    eventSets: { web: C4AAAAAAAAAAAAAAAAAA, defaultPageUrl: "https://shop.example/" }
    tokens: { events: { env: TIKTOK_EVENTS_TOKEN } }
    delivery: { maxEventAgeDays: 3650 }
    startAt: "2020-01-01T00:00:00Z"
sources:
  - { id: crm, adapter: orchard, secrets: { signing: { env: ORCHARD_KEY }, token: { env: ORCHARD_TOKEN } }, settings: { apiUrl: "https://api.orchard.example" } }
rules:
  - { id: won, source: crm, when: { stage: won }, audience: tiktok, send: { event: Purchase, to: [us-brand], value: { from: amount } } }
`

it('takes webhooks at the address of the adapter, asks the CRM, and sends the deal once', async () => {
  const sandbox = await startTikTokSandbox()
  const config = readConfig({
    CLOSEBACK_HOME: mkdtempSync(join(tmpdir(), 'closeback-orchard-')),
    CLOSEBACK_ADAPTERS: './fixtures/adapters/orchard.ts',
    INIT_CWD: resolve(import.meta.dirname, '../..'),
    PORT: '0',
    LOG_LEVEL: 'silent',
    CLOSEBACK_ALLOW_PRIVATE_URLS: '1',
    TIKTOK_API_URL: sandbox.url,
    TIKTOK_EVENTS_TOKEN: 'sandbox-token',
    ORCHARD_KEY: 'orchard-signing-key',
    ORCHARD_TOKEN: 'orchard-token',
  })
  const quiet = () => {}
  const fetchBoth: typeof globalThis.fetch = (input, init) =>
    String(input).startsWith('https://api.orchard.example') ? api(input, init) : fetch(input, init)
  const host = await serve(config, { out: quiet, err: quiet, fetch: fetchBoth, everyMs: 2 ** 31 - 1 })
  try {
    await host.closeback.apply(WORKSPACE, 'workspace.yaml', { actor: 'test', prune: false, dryRun: false })
    const post = async (path: string, id: string) => {
      const { body, headers } = sign(notice(id, 'O-1'))
      return (await fetch(host.url + path, { method: 'POST', body, headers })).status
    }
    expect(await post('/hooks/webhook/crm', 'n-0')).toBe(404)
    expect(await post('/hooks/orchard/crm', 'n-1')).toBe(202)
    expect(await post('/hooks/orchard/crm', 'n-2')).toBe(202)
    await cycle({ ...host.closeback.pipeline, jitter: () => Promise.resolve() }, { now: true })
    const events = sandbox.state.events.all()
    expect(events.map(({ event, value }) => [event, Number(value)])).toEqual([['Purchase', 4200]])
  } finally {
    await host.stop()
    await sandbox.close()
  }
})
