import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { webhook } from '../../../adapters/webhook/index.ts'
import type { Secrets, Settings } from '../../../adapters/webhook/settings.ts'
import {
  type AdapterContext,
  type InboundRequest,
  type InvalidItem,
  isHydrated,
  type Received,
  type Ticket,
} from '../../../core/adapter.ts'
import { toIso } from '../../../core/model/time.ts'

/** A documented body, as bytes. */
export function payload(name: string): Buffer {
  return readFileSync(new URL(`../../../fixtures/payloads/webhook/${name}`, import.meta.url))
}

/** The clock of these tests: a minute after the last documented body. */
export const NOW = Date.parse('2026-11-20T10:11:00Z')
export const KEY = Buffer.alloc(32, 7)
export const SECRET = `whsec_${KEY.toString('base64')}`
export const OTHER_SECRET = `whsec_${Buffer.alloc(32, 8).toString('base64')}`

export function context(
  settings: unknown = {},
  signing: string[] = [SECRET],
  now = NOW,
): AdapterContext<Settings, Secrets> {
  return {
    sourceId: 'shop-crm',
    settings: webhook.settings.parse(settings),
    secrets: async () => ({ signing }),
    now: () => now,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    origin: null,
    publicUrl: 'https://closeback.example',
    credentials: {
      read: async () => null,
      renew: () => Promise.reject(new Error('a webhook source renews nothing')),
    },
    siblings: async () => [],
    fetch: () => Promise.reject(new Error('a webhook source calls nobody')),
  }
}

interface Signing {
  key?: Buffer
  id?: string
  /** Epoch ms. */
  at?: number
  /** Replaces the text of the header and of what is signed. */
  timestamp?: string
  type?: string
}

/** Signs as the Standard Webhooks page says, with nothing of the product in it. */
export function sign(body: Buffer | string, signing: Signing = {}): InboundRequest {
  const { key = KEY, id = 'msg_1', at = NOW, type = 'application/json' } = signing
  const timestamp = signing.timestamp ?? String(Math.floor(at / 1000))
  const bytes = Buffer.from(body)
  const mac = createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(`${id}.${timestamp}.`), bytes]))
    .digest('base64')
  return {
    method: 'POST',
    url: 'https://closeback.example/hooks/webhook/shop-crm',
    headers: {
      'content-type': type,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${mac}`,
    },
    body: bytes,
  }
}

export function receive(request: InboundRequest, ctx = context()): Promise<Received> {
  if (!webhook.receive) throw new Error('the webhook adapter receives')
  return webhook.receive(request, ctx)
}

/** The smallest valid item, with some members replaced. */
export function item(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { record: { type: 'deal', id: 'D-1' }, stage: 'won', occurredAt: toIso(NOW), ...changes }
}

/** Receives one item and gives its ticket. */
export async function ticketOf(one: unknown, settings: unknown = {}): Promise<Ticket> {
  const [first] = await receive(sign(JSON.stringify(one)), context(settings))
  if (!first?.ok) throw new Error(`expected a ticket, got ${JSON.stringify(first)}`)
  return first.ticket
}

/** Receives one item and gives what is wrong with it, as `path: message`. */
export async function problemsOf(one: unknown, settings: unknown = {}): Promise<string[]> {
  return (await invalidOf(one, settings)).errors.map(({ path, message }) => `${path}: ${message}`)
}

/** Receives one item and gives the refusal. */
export async function invalidOf(one: unknown, settings: unknown = {}): Promise<InvalidItem> {
  const [first] = await receive(sign(JSON.stringify(one)), context(settings))
  if (first === undefined || first.ok) throw new Error('expected an invalid item')
  return first.invalid
}

/** What the host gets back for one item, with nothing known about the person. */
export async function hydrated(one: unknown, settings: unknown = {}) {
  const { key, record, content } = await ticketOf(one, settings)
  const [first] = await webhook.hydrate([{ key, record, content, identity: null }], context(settings))
  if (first === undefined || !isHydrated(first)) throw new Error('expected one stage change')
  return first
}
