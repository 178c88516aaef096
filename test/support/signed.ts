import { createHmac, randomUUID } from 'node:crypto'

export interface Signing {
  /** `whsec_` and base64. */
  secret: string
  /** Epoch ms; the signature is good for five minutes around it. */
  at: number
  /** `webhook-id`; a new one unless given. */
  id?: string
}

/** The headers of a webhook signed as Standard Webhooks asks: for a request to a host, or for `receive` itself. */
export function signedHeaders(body: string, { secret, at, id = `msg_${randomUUID()}` }: Signing) {
  const seconds = Math.floor(at / 1000)
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
}
