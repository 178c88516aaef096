import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AdapterContext, InboundRequest, Received, SourceAdapter } from '../../core/adapter.ts'
import type { JsonValue } from '../../core/model/json.ts'
import { type BodyItem, checkSize, readBody } from './body.ts'
import { checkSource } from './check.ts'
import { hydrateTicket } from './hydrate.ts'
import { planOf } from './map/plan.ts'
import { mapBody } from './map/read-mapped.ts'
import { traced } from './map/traced.ts'
import type { Reading } from './meaning.ts'
import { type Secrets, type Settings, secrets, settings } from './settings.ts'
import { readItem } from './ticket.ts'
import { verifySender } from './verify-sender.ts'

/** Any system that can post JSON: native items as docs/webhook.md shows them, or its own bodies through a field map. */
export const webhook: SourceAdapter<Settings, Secrets> = {
  id: 'webhook',
  title: 'Generic webhook',
  leadEventSource: 'Webhook',
  settings,
  secrets,
  identityOptions: ({ defaultCountry = null, externalIdCase }) => ({ defaultCountry, externalIdCase }),
  check: async (ctx) => checkSource(ctx.settings, await ctx.secrets()),
  receive,
  readLine,
  hydrate: async (tickets) => tickets.map(hydrateTicket),
  readItem: (said, { sourceId, settings, now }) =>
    readItem(said, 0, { sourceId, settings, now: now(), messageId: null }),
}

// 10 MB of small lines take half a second to read: other requests get their turn in between.
const ITEMS_A_TURN = 1000

async function receive(request: InboundRequest, ctx: AdapterContext<Settings, Secrets>): Promise<Received> {
  checkSize(request.body)
  const { sourceId, settings } = ctx
  const now = ctx.now()
  const messageId = request.authenticated
    ? null
    : verifySender(request, settings, (await ctx.secrets()).signing, now)
  const reading = { sourceId, settings, now, messageId }
  const readOne = planOf(settings) === null ? readNative : readForeign
  const received: Received = []
  let turn = ITEMS_A_TURN
  for (const item of readBody(request)) {
    if (received.length >= turn) {
      await nextTurn()
      turn = received.length + ITEMS_A_TURN
    }
    readOne(item, reading, received)
  }
  return received
}

function readLine(said: JsonValue, ctx: AdapterContext<Settings, Secrets>): Received {
  const { sourceId, settings } = ctx
  const reading = { sourceId, settings, now: ctx.now(), messageId: null }
  const received: Received = []
  const readOne = planOf(settings) === null ? readNative : readForeign
  readOne({ ok: true, value: said }, reading, received)
  return received
}

function readNative(item: BodyItem, reading: Reading, received: Received): void {
  received.push(item.ok ? readItem(item.value, received.length, reading) : unread(item))
}

/** A body that `when` leaves out leaves no trace: its sender hears 202 with nothing in it. */
function readForeign(body: BodyItem, reading: Reading, received: Received): void {
  const plan = planOf(reading.settings)
  if (!body.ok || plan === null) {
    readNative(body, reading, received)
    return
  }
  for (const item of mapBody(body.value, plan, reading.settings.defaultCurrency)) {
    const read = readItem(item, received.length, reading)
    if (!read.ok) read.invalid.errors = traced(read.invalid.errors, plan)
    received.push(read)
  }
}

function unread({ issue }: BodyItem & { ok: false }): Received[number] {
  return { ok: false, invalid: { id: null, errors: [issue] } }
}
