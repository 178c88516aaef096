import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cycle } from '../../core/pipeline/cycle.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { readConfig } from '../../server/config.ts'
import { type Serving, serve } from '../../server/serve.ts'
import { NOW } from '../unit/webhook/samples.ts'
import { BASIC, fixture, SENDERS } from '../unit/webhook/senders.ts'

/** Each preset with its sender, its documented payload, and the event it must become. */
const PRESETS = [
  ['stripe-invoice', SENDERS.stripe, 'stripe-invoice/invoice.paid.json', 'Purchase'],
  ['pipedrive-deal', BASIC, 'pipedrive-deal/updated.deal.json', 'Purchase'],
  ['typeform', SENDERS.typeform, 'typeform/form_response.json', 'Lead'],
  ['calendly', SENDERS.calendly, 'calendly/invitee.created.json', 'Schedule'],
  ['woocommerce-order', SENDERS.woocommerce, 'woocommerce-order/order.updated.json', 'Purchase'],
] as const

const variable = (preset: string) => `SECRET_${preset.replaceAll('-', '_').toUpperCase()}`

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
${PRESETS.map(([preset]) => `  - { id: ${preset}, adapter: webhook, secrets: { signing: { env: ${variable(preset)} } }, settings: { preset: ${preset}, defaultCountry: US } }`).join('\n')}
rules:
  - { id: won, source: "*", when: { stage: won }, audience: any, send: { event: Purchase, to: [us-brand], value: { from: amount } } }
  - { id: form, source: typeform, when: { stage: submitted }, audience: any, send: { event: Lead, to: [us-brand] } }
  - { id: meeting, source: calendly, when: { stage: booked }, audience: any, send: { event: Schedule, to: [us-brand] } }
`

let sandbox: TikTokSandbox
let host: Serving

beforeAll(async () => {
  sandbox = await startTikTokSandbox()
  sandbox.state.clock.set(NOW)
  const quiet = () => {}
  const env = {
    CLOSEBACK_HOME: mkdtempSync(join(tmpdir(), 'closeback-presets-')),
    PORT: '0',
    LOG_LEVEL: 'silent',
    TIKTOK_API_URL: sandbox.url,
    TIKTOK_EVENTS_TOKEN: 'sandbox-token',
    ...Object.fromEntries(PRESETS.map(([preset, { secret }]) => [variable(preset), secret])),
  }
  host = await serve(readConfig(env), { out: quiet, err: quiet, now: () => NOW, everyMs: 2 ** 31 - 1 })
  await host.closeback.apply(WORKSPACE, 'workspace.yaml', { actor: 'test', prune: false, dryRun: false })
})

afterAll(async () => {
  await host?.stop()
  await sandbox?.close()
})

it.each(PRESETS)(
  '%s: the documented payload, signed as documented, is at TikTok once',
  async (preset, sender, payload, event) => {
    const before = sandbox.state.events.all().length
    for (const answer of [{ received: 1 }, { duplicates: 1 }]) {
      const { body, headers } = sender.sign(JSON.stringify(fixture(payload)), sender.secret)
      const response = await fetch(`${host.url}/hooks/webhook/${preset}`, { method: 'POST', body, headers })
      expect(await response.json()).toMatchObject(answer)
    }
    await cycle({ ...host.closeback.pipeline, jitter: () => Promise.resolve() })
    expect(
      sandbox.state.events
        .all()
        .slice(before)
        .map((kept) => kept.event),
    ).toEqual([event])
  },
)
