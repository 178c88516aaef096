import { createHmac, randomUUID } from 'node:crypto'
import { ClosebackError } from '../../core/model/errors.ts'

/** The demo's one webhook source. */
export const SOURCE = 'shop-crm'
const ANSWER_MS = 10_000

/** What the shop's systems were told. */
export interface Intake {
  received: number
  duplicates: number
}

/** Posts items to the demo's host as one request over real HTTP, with a real signature. */
export async function postSigned(
  { url, secret }: { url: string; secret: string },
  items: readonly object[],
  at: number,
): Promise<Intake> {
  const body = JSON.stringify(items)
  const id = `msg_${randomUUID()}`
  const timestamp = String(Math.floor(at / 1000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  const response = await fetch(`${url}/hooks/webhook/${SOURCE}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  const answer = await response.json()
  if (response.status === 202) return answer as Intake
  throw new ClosebackError('unavailable', `The demo's host answered ${response.status} to a message.`, {
    remedy: 'Run it again; if it stays, look at the lines above.',
  })
}
