import { type InboundRequest, type Received, SignatureError } from '../../../core/adapter.ts'
import { ClosebackError } from '../../../core/model/errors.ts'
import { type Context, loginOf } from '../client/login.ts'
import { readSession, SESSION } from '../client/session.ts'
import { ticket } from '../content.ts'
import { openSfClient } from '../reader.ts'
import { isToken } from './token.ts'

/**
 * Takes an outbound message. Salesforce signs nothing, so the address itself is the secret, and the organisation must be
 * ours; what the message says of a record is not believed but asked for through the API.
 */
export async function receive(request: InboundRequest, ctx: Context): Promise<Received> {
  if (!request.authenticated) {
    const { hookToken = [] } = await ctx.secrets()
    if (!isToken(request.below ?? '', hookToken))
      throw new SignatureError('The last part of the address is not the token of this source.')
  }
  if (request.method !== 'POST')
    throw new ClosebackError('invalid', 'Outbound messages come by POST.', { remedy: 'Send a POST.' })
  const { readMessage } = await import('./read-message.ts')
  const { organizationId, notifications } = readMessage(request.body)
  const ours = ctx.settings.organizationId ?? (await organizationOf(ctx))
  if (organizationId !== ours)
    throw new ClosebackError(
      'forbidden',
      `The message comes from the organisation ${organizationId}, this source reads ${ours}.`,
      {
        remedy:
          'Give the other organisation a source of its own; after a sandbox refresh, correct the address in its outbound message.',
      },
    )
  return notifications.flatMap((notification): Received => {
    if (!notification.ok)
      return [{ ok: false, invalid: { id: notification.id, errors: notification.issues } }]
    const { id, record } = notification
    if (record === null) return []
    const made = ticket(`message:${id}`, record, { is: 'hint' }, { said: { ...record } })
    return [{ ok: true, ticket: { ...made, id } }]
  })
}

/** The organisation that the credentials lead to; known without a call once somebody logged in. */
async function organizationOf(ctx: Context): Promise<string> {
  const kept = readSession(await ctx.credentials.read(SESSION), await loginOf(ctx))
  return kept?.organizationId ?? (await openSfClient(ctx)).organizationId
}
