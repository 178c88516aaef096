import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Settings } from '../../../adapters/webhook/settings.ts'
import type { InboundRequest } from '../../../core/adapter.ts'
import { NOW } from './samples.ts'

/** Signs as the vendors' pages say, with nothing of the product in it. */
type Sign = (body: Buffer | string, secret: string, at?: number) => InboundRequest

export interface Sender {
  settings: Partial<Settings>
  secret: string
  /** The header that is or holds the signature. */
  header: string
  sign: Sign
}

export const SENDERS = {
  stripe: {
    settings: { verify: 'stripe' },
    secret: 'whsec_5f1c0e3a5f1c0e3a5f1c0e3a5f1c0e3a',
    header: 'stripe-signature',
    sign: timed('stripe-signature'),
  },
  calendly: {
    settings: { verify: 'calendly' },
    secret: '5mEzn9C-I28UtwOjZJtFoob0sAAFZ95GbZkqj4y3i0I',
    header: 'calendly-webhook-signature',
    sign: timed('calendly-webhook-signature'),
  },
  typeform: {
    settings: { verify: 'typeform' },
    secret: '0123456789abcdef0123456789abcdef01234567',
    header: 'typeform-signature',
    sign: whole('typeform-signature', 'sha256', 'base64', 'sha256='),
  },
  woocommerce: {
    settings: { verify: 'hmac', header: 'X-WC-Webhook-Signature', encoding: 'base64' },
    secret: 'ck %&$ a secret of fifty characters, spaces and all',
    header: 'x-wc-webhook-signature',
    sign: whole('x-wc-webhook-signature', 'sha256', 'base64', ''),
  },
  'hmac sha1 hex': {
    settings: { verify: 'hmac', header: 'x-hub-signature', algorithm: 'sha1', prefix: 'sha1=' },
    secret: 'a secret of another system',
    header: 'x-hub-signature',
    sign: whole('x-hub-signature', 'sha1', 'hex', 'sha1='),
  },
  'hmac sha512 base64': {
    settings: { verify: 'hmac', header: 'x-signature', algorithm: 'sha512', encoding: 'base64' },
    secret: 'a secret of another system',
    header: 'x-signature',
    sign: whole('x-signature', 'sha512', 'base64', ''),
  },
} satisfies Record<string, Sender>

export const BASIC: Sender = {
  settings: { verify: 'basic' },
  secret: 'pipedrive:correct horse battery',
  header: 'authorization',
  sign: (body, secret) =>
    request(body, {
      authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(secret)))}`,
    }),
}

/** A documented payload of a sender. */
export function fixture(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/payloads/${path}`, import.meta.url), 'utf8'))
}

export function request(body: Buffer | string, headers: Record<string, string>): InboundRequest {
  return {
    method: 'POST',
    url: 'https://closeback.example/hooks/webhook/shop-crm',
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(body),
  }
}

/** HMAC by its definition (RFC 2104). */
export function mac(algorithm: string, secret: string, text: Buffer): Buffer {
  const block = algorithm === 'sha512' ? 128 : 64
  const digest = (...parts: Buffer[]) => createHash(algorithm).update(Buffer.concat(parts)).digest()
  const given = Buffer.from(secret)
  const key = Buffer.alloc(block)
  const short = given.length > block ? digest(given) : given
  short.copy(key)
  const pad = (byte: number) => Buffer.from(key.map((each) => each ^ byte))
  return digest(pad(0x5c), digest(pad(0x36), text))
}

function timed(header: string): Sign {
  return (body, secret, at = NOW) => {
    const time = String(Math.floor(at / 1000))
    const signed = mac('sha256', secret, Buffer.concat([Buffer.from(`${time}.`), Buffer.from(body)]))
    return request(body, { [header]: `t=${time},v1=${signed.toString('hex')}` })
  }
}

function whole(header: string, algorithm: string, encoding: 'hex' | 'base64', prefix: string): Sign {
  return (body, secret) => {
    const signed = mac(algorithm, secret, Buffer.from(body))
    return request(body, { [header]: prefix + signed.toString(encoding) })
  }
}
