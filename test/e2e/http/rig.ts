import { createHmac, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { Role } from '../../../core/ledger/api-keys.ts'
import { createApiKey } from '../../../core/ledger/api-keys.ts'
import { type Config, readConfig } from '../../../server/config.ts'
import { createLog } from '../../../server/log.ts'
import { type ServeOptions, type Serving, serve } from '../../../server/serve.ts'

export const SECRET = `whsec_${Buffer.from('a signing secret for tests only!').toString('base64')}`
export const TOKEN = 'sandbox-token'

/** The sample settings: one connection of the sandbox's seed, two webhook sources, one rule. */
export const WORKSPACE = {
  version: 1,
  connections: [
    {
      id: 'us-brand',
      advertiserId: '7000000000000000001',
      currency: 'USD',
      timezone: 'America/New_York',
      eventSets: {
        web: 'C4AAAAAAAAAAAAAAAAAA',
        crm: '7100000000000000001',
        defaultPageUrl: 'https://shop.example/',
      },
      tokens: { events: { env: 'TIKTOK_EVENTS_TOKEN' } },
      startAt: '2020-01-01T00:00:00Z',
    },
  ],
  sources: ['shop-crm', 'other-crm'].map((id) => ({
    id,
    adapter: 'webhook',
    secrets: { signing: { env: 'SHOP_CRM_SECRET' } },
    settings: { verify: 'standard', defaultCountry: 'US', defaultCurrency: 'USD' },
  })),
  rules: [
    {
      id: 'won',
      source: '*',
      when: { stage: 'won' },
      audience: 'any',
      send: { event: 'Purchase', to: ['us-brand'], value: { from: 'amount' } },
    },
  ],
}

export interface Rig extends Serving {
  home: string
  config: Config
  /** Everything logged, printed on stdout and on stderr. */
  logged: string[]
  printed: string[]
  told: string[]
  key(role: Role, sourceId?: string): Promise<string>
  end(): Promise<void>
}

/** A host on a directory and a port of its own. */
export async function startRig(
  options: Partial<ServeOptions> & { env?: Record<string, string>; home?: string; workspace?: object } = {},
): Promise<Rig> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'closeback-http-')))
  const config = readConfig({
    CLOSEBACK_HOME: home,
    PORT: '0',
    TIKTOK_API_URL: 'http://127.0.0.1:9',
    TIKTOK_EVENTS_TOKEN: TOKEN,
    SHOP_CRM_SECRET: SECRET,
    ...options.env,
  })
  const logged: string[] = []
  const printed: string[] = []
  const told: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const serving = await serve(config, {
    out: (text) => printed.push(text),
    err: (text) => told.push(text),
    log: createLog('debug', sink),
    everyMs: 3_600_000,
    ...options,
  })
  const { closeback } = serving
  const settings = JSON.stringify(options.workspace ?? WORKSPACE)
  await closeback.apply(settings, 'test', { actor: 'test', prune: false, dryRun: false })
  return {
    ...serving,
    home,
    config,
    logged,
    printed,
    told,
    async key(role, sourceId) {
      const made = { role, sourceId: sourceId ?? null }
      return (await createApiKey(closeback.ledger.db, made, Date.now())).key
    },
    async end() {
      await serving.stop()
      if (options.home === undefined) await rm(home, { recursive: true, force: true })
    },
  }
}

export function item(over: Record<string, unknown> = {}): Record<string, unknown> {
  const id = randomUUID()
  return {
    id: `evt_${id}`,
    record: { type: 'deal', id: `D-${id}` },
    stage: 'won',
    occurredAt: new Date(Date.now() - 60_000).toISOString(),
    amount: '4200.00',
    currency: 'USD',
    contact: { email: 'ada@example.com', phone: '+14155550100' },
    ...over,
  }
}

/** Headers that sign a body as Standard Webhooks says. */
export function signed(
  body: string | Buffer,
  { id = `msg_${randomUUID()}`, at = Date.now(), secret = SECRET, type = 'application/json' } = {},
): Record<string, string> {
  const seconds = String(Math.floor(at / 1000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')
  return {
    'content-type': type,
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${mac}`,
  }
}

/** Posts a signed body to a source's hook. */
export async function post(
  url: string,
  said: unknown,
  over: { headers?: Record<string, string>; source?: string; sign?: Parameters<typeof signed>[1] } = {},
): Promise<{ status: number; type: string; headers: Headers; json: Record<string, unknown> }> {
  const body = typeof said === 'string' || Buffer.isBuffer(said) ? said : JSON.stringify(said)
  const answer = await fetch(`${url}/hooks/webhook/${over.source ?? 'shop-crm'}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { ...signed(body, over.sign), ...over.headers },
  })
  const type = answer.headers.get('content-type') ?? ''
  return {
    status: answer.status,
    type,
    headers: answer.headers,
    json: (await answer.json()) as Record<string, unknown>,
  }
}
