import { createHmac } from 'node:crypto'
import { decodeSecret } from '../../adapters/webhook/secret.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { SECOND } from '../../core/model/time.ts'
import type { PostAlert } from '../../core/pipeline/alerts/send.ts'
import type { Closeback } from '../compose.ts'
import { type GuardOptions, guardedPost } from '../guarded-request.ts'
import { alertMessage } from './message.ts'

const TIMEOUT_MS = 10 * SECOND

type Parts = Pick<Closeback, 'config' | 'store' | 'ledger' | 'alertSecret'>

/** How alerts are posted by the settings as they stand: signed as Standard Webhooks says. Null without a webhook. */
export function alertPost(
  { config, store, ledger, alertSecret }: Parts,
  resolve?: GuardOptions['resolve'],
): PostAlert | null {
  const webhook = store.current.workspace.alerts?.webhook
  if (!webhook) return null
  const guard = { allowPrivate: config.allowPrivateUrls, ...(resolve && { resolve }) }
  return async (alert, messageId) => {
    const now = ledger.now()
    const body = JSON.stringify(alertMessage(alert, now))
    const headers = {
      'content-type': 'application/json',
      ...signature(await alertSecret(webhook.secret), { messageId, now, body }),
    }
    const status = await guardedPost({ url: webhook.url, headers, body, timeoutMs: TIMEOUT_MS }, guard)
    if (status >= 200 && status < 300) return
    throw new ClosebackError('unavailable', `The alert webhook answered ${status}.`, {
      remedy: 'Check alerts.webhook.url; redirects are not followed.',
    })
  }
}

function signature(
  secret: string,
  { messageId, now, body }: { messageId: string; now: number; body: string },
): Record<string, string> {
  const key = decodeSecret(secret)
  if (key === null)
    throw new ClosebackError('config', 'The secret of the alert webhook cannot be read.', {
      remedy: 'Use "whsec_" and base64, for example from "openssl rand -base64 32".',
    })
  const seconds = String(Math.floor(now / SECOND))
  const mac = createHmac('sha256', key).update(`${messageId}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': messageId, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` }
}
