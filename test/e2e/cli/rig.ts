import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { receive } from '../../../core/pipeline/receive.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { run } from '../../../server/commands/run.ts'
import { SCHEMAS } from '../../../server/commands/schemas.ts'
import { withCloseback } from '../../../server/commands/with-closeback.ts'
import type { Terminal } from '../../../server/terminal/terminal.ts'

/** Must never be printed: what identifies a person, and what opens a door. */
export const CANARIES = {
  email: 'canary.person@example.com',
  phone: '+14155550123',
  firstName: 'Canariana',
  token: 'sandbox-token',
  secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
}

export interface Ran {
  exit: number
  out: string
  err: string
}

export interface Rig {
  home: string
  sandbox: TikTokSandbox
  env: Record<string, string>
  /** Runs one command line in this process. */
  cli(...argv: string[]): Promise<Ran>
  /** The same with something on standard input. */
  cliWith(input: string, ...argv: string[]): Promise<Ran>
  /** With `--json`: the document, held against the published schema. */
  json(name: keyof typeof SCHEMAS, ...argv: string[]): Promise<Record<string, unknown>>
  /** Receives items as a signed webhook. */
  post(items: object[]): Promise<unknown>
  control(path: string, method: string, body: unknown): Promise<void>
  /** Writes a workspace file and returns its path. */
  file(name: string, text: string): string
}

export const WORKSPACE = `version: 1
connections:
  - id: us-brand
    advertiserId: "7000000000000000001"
    currency: USD
    timezone: America/New_York
    eventSets: { web: C4AAAAAAAAAAAAAAAAAA, defaultPageUrl: "https://shop.example/" }
    tokens: { events: { env: TIKTOK_EVENTS_TOKEN } }
    startAt: "2020-01-01T00:00:00Z"
    delivery: { maxEventAgeDays: 3650 }
sources:
  - id: shop-crm
    adapter: webhook
    secrets: { signing: { env: SHOP_CRM_SECRET } }
    settings: { defaultCountry: US }
rules:
  - id: won
    source: "*"
    when: { stage: won }
    audience: any
    send: { event: Purchase, to: [us-brand], value: { from: amount } }
`

/** A data directory, a simulated TikTok, and a command line to both. Every output is searched for canaries. */
export function cliRig(): Rig {
  const rig = {} as Rig
  const said: string[] = []

  beforeAll(async () => {
    rig.home = mkdtempSync(join(tmpdir(), 'closeback-cli-'))
    rig.sandbox = await startTikTokSandbox()
    rig.env = {
      CLOSEBACK_HOME: 'data',
      TIKTOK_API_URL: rig.sandbox.url,
      TIKTOK_EVENTS_TOKEN: CANARIES.token,
      SHOP_CRM_SECRET: CANARIES.secret,
      PORT: '0',
    }
  })
  afterAll(async () => {
    await rig.sandbox.close()
    rmSync(rig.home, { recursive: true, force: true })
    for (const [what, canary] of Object.entries(CANARIES)) expect(said.join('\n'), what).not.toContain(canary)
  })

  rig.cliWith = async (input, ...argv) => {
    const ran = { exit: 0, out: '', err: '' }
    const terminal: Terminal = {
      env: rig.env,
      cwd: rig.home,
      width: 80,
      out: (text) => {
        ran.out += text
      },
      err: (text) => {
        ran.err += text
      },
      readInput: async () => input,
      now: Date.now,
      stop: new AbortController().signal,
    }
    ran.exit = await run(argv, terminal)
    said.push(ran.out, ran.err)
    for (const line of argv.includes('--json') ? [] : ran.out.split('\n'))
      if (argv[0] !== 'export' && argv[0] !== 'api-key') expect(line.length, line).toBeLessThanOrEqual(80)
    return ran
  }
  rig.cli = (...argv) => rig.cliWith('', ...argv)
  rig.json = async (name, ...argv) => {
    const { out } = await rig.cli(...argv, '--json')
    // Reading the whole of stdout proves that it is one document.
    const document = JSON.parse(out)
    expect(SCHEMAS[name].parse(document)).toEqual(document)
    return document
  }
  rig.post = async (items) => {
    const body = Buffer.from(JSON.stringify(items))
    const terminal = { env: rig.env, cwd: rig.home, now: Date.now, err: () => {} } as unknown as Terminal
    return withCloseback(terminal, ({ pipeline, inbox }) =>
      receive(pipeline, inbox, 'shop-crm', {
        method: 'POST',
        url: 'http://127.0.0.1/hooks/webhook/shop-crm',
        headers: { 'content-type': 'application/json', ...signed(body) },
        body,
      }),
    )
  }
  rig.control = async (path, method, body) => {
    const answer = await fetch(`${rig.sandbox.url}/_sandbox/${path}`, { method, body: JSON.stringify(body) })
    expect(answer.ok, await answer.text()).toBe(true)
  }
  rig.file = (name, text) => {
    writeFileSync(join(rig.home, name), text)
    return name
  }
  return rig
}

let messages = 0

/** The headers of a Standard Webhooks signature, by their specification and node:crypto alone. */
export function signed(body: Buffer): Record<string, string> {
  const id = `msg_${++messages}`
  const at = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(CANARIES.secret.slice('whsec_'.length), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${mac}` }
}

/** One item of a webhook, three minutes old, with every canary in it. */
export function item(id: string, stage: string, more: object = {}): object {
  return {
    id: `evt_${id}_${stage}`,
    record: { type: 'deal', id, pipeline: 'default' },
    stage,
    previousStage: 'proposal',
    occurredAt: new Date(Date.now() - 180_000).toISOString(),
    amount: '4200.00',
    currency: 'USD',
    contact: {
      email: CANARIES.email,
      phone: [CANARIES.phone, '+1999'],
      firstName: CANARIES.firstName,
      country: 'US',
    },
    click: { ttclid: 'E.C.P.abcdefghijklmnop', clickedAt: '2026-11-02T09:00:00Z' },
    utm: { source: 'tiktok', medium: 'paid_social', campaign: 'spring' },
    pageUrl: 'https://shop.example/landing',
    ...more,
  }
}
