import { createHmac } from 'node:crypto'
import { hydrate } from '../core/pipeline/hydrate.ts'
import { receive } from '../core/pipeline/receive.ts'
import type { Closeback } from '../server/compose.ts'
import { purchase, SIGNING_SECRET, SOURCE_ID } from './samples.ts'

const ITEMS = 1000

/**
 * Puts events into the ledger the way every event comes in: signed arrays received, the inbox read. Returns how many
 * milliseconds the second half took, receiving apart.
 */
export async function fill(closeback: Closeback, from: number, count: number): Promise<number> {
  const { pipeline, inbox } = closeback
  for (let at = from; at < from + count; at += ITEMS) {
    await receive(pipeline, inbox, SOURCE_ID, signedArray(at, Math.min(ITEMS, from + count - at)))
  }
  const startedAt = performance.now()
  const read = await hydrate(pipeline)
  if (read !== count) throw new Error(`${read} of ${count} events were read from the inbox`)
  return performance.now() - startedAt
}

export function signedArray(from: number, items: number) {
  const occurredAt = new Date(Date.now() - 60_000)
  const body = Buffer.from(
    JSON.stringify(Array.from({ length: items }, (_, at) => purchase(from + at, 'e164', occurredAt))),
  )
  const id = `fill_${from}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(SIGNING_SECRET.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return {
    method: 'POST',
    url: `http://127.0.0.1/hooks/webhook/${SOURCE_ID}`,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  }
}
