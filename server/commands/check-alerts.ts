import { ClosebackError } from '../../core/model/errors.ts'
import type { Closeback } from '../compose.ts'
import { checkGuarded } from '../guarded-request.ts'
import { sentence } from '../terminal/show-error.ts'
import { type Finding, failed, fine } from './finding.ts'

/** Whether somebody is told when something is wrong. Resolves the webhook's name, and posts nothing. */
export async function checkAlerts({ config, store, alertSecret }: Closeback): Promise<Finding[]> {
  const webhook = store.current.workspace.alerts?.webhook
  if (!webhook) return [fine('webhook', 'Not set: alerts stand in the log only.')]
  const { host } = new URL(webhook.url)
  return [
    await found('webhook', `${host}, which may be posted to.`, () =>
      checkGuarded(webhook.url, { allowPrivate: config.allowPrivateUrls }),
    ),
    await found('signing secret', 'There.', () => alertSecret(webhook.secret)),
  ]
}

async function found(name: string, good: string, work: () => Promise<unknown>): Promise<Finding> {
  try {
    await work()
    return fine(name, good)
  } catch (error) {
    if (error instanceof ClosebackError) return failed(name, sentence(error.message), error.remedy)
    return failed(
      name,
      'Its name cannot be resolved.',
      'Correct alerts.webhook.url, or the DNS of this host.',
    )
  }
}
