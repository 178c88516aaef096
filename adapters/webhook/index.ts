import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AdapterContext, InboundRequest, Received, SourceAdapter } from '../../core/adapter.ts'
import { type BodyItem, checkSize, readBody } from './body.ts'
import { checkSource } from './check.ts'
import { hydrateTicket } from './hydrate.ts'
import type { Reading } from './meaning.ts'
import { type Secrets, type Settings, secrets, settings } from './settings.ts'
import { readItem } from './ticket.ts'
import { verifyStandard } from './verify.ts'

/** Any system that can post JSON with a Standard Webhooks signature; see docs/webhook.md. */
export const webhook: SourceAdapter<Settings, Secrets> = {
  id: 'webhook',
  title: 'Generic webhook',
  leadEventSource: 'Webhook',
  settings,
  secrets,
  identityOptions: ({ defaultCountry = null, externalIdCase }) => ({ defaultCountry, externalIdCase }),
  check: async (ctx) => checkSource(ctx.settings, await ctx.secrets()),
  receive,
  hydrate: async (tickets) => tickets.map(hydrateTicket),
}

// 10 MB of small lines take half a second to read: other requests get their turn in between.
const ITEMS_A_TURN = 1000

async function receive(request: InboundRequest, ctx: AdapterContext<Settings, Secrets>): Promise<Received> {
  checkSize(request.body)
  const now = ctx.now()
  const messageId = verifyStandard(request, (await ctx.secrets()).signing, now)
  const reading = { sourceId: ctx.sourceId, settings: ctx.settings, now, messageId }
  const received: Received = []
  for (const item of readBody(request)) {
    if (received.length > 0 && received.length % ITEMS_A_TURN === 0) await nextTurn()
    received.push(readOne(item, received.length, reading))
  }
  return received
}

function readOne(item: BodyItem, index: number, reading: Reading): Received[number] {
  if (item.ok) return readItem(item.value, index, reading)
  return { ok: false, invalid: { id: null, errors: [item.issue] } }
}
