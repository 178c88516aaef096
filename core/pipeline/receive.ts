import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { InboundRequest, Received, Ticket } from '../adapter.ts'
import { type HashOptions, hashIdentity } from '../identity/hash-identity.ts'
import type { GroupCommit } from '../ledger/group-commit.ts'
import type { Arrival, NewTicket } from '../ledger/inbox.ts'
import { ClosebackError, type Issue } from '../model/errors.ts'
import { canonicalJson } from '../model/json.ts'
import type { Pipeline } from './context.ts'

/** What became of one item: in the order of the body, by the sender's own id where it gave one. */
export interface ItemResult {
  id: string | null
  index: number
  status: Arrival | 'invalid'
  errors?: Issue[]
}

export interface ReceiveReport {
  received: number
  duplicates: number
  conflicts: number
  invalid: number
  results: ItemResult[]
}

/**
 * Verified, parsed, hashed, durable: in this order, and the report exists only after all four. Throws
 * SignatureError, ClosebackError `not_found` for an unknown source, `unavailable` when an item could not be
 * committed (a retry then finds the others as duplicates). `admit` is asked when the sender is known and nothing is
 * kept yet; what it throws is thrown on.
 */
export async function receive(
  pipeline: Pipeline,
  inbox: GroupCommit<NewTicket, Arrival>,
  sourceId: string,
  request: InboundRequest,
  admit: () => Promise<void> = () => Promise.resolve(),
): Promise<ReceiveReport> {
  const active = (await pipeline.settings()).sources.get(sourceId)
  if (!active?.adapter.receive) {
    throw new ClosebackError('not_found', `There is no source "${sourceId}" that takes messages.`, {
      remedy: 'Check the address: /hooks/<adapter>/<source id>, with an id from the workspace.',
    })
  }
  const ctx = pipeline.adapterContext(active)
  const items = await active.adapter.receive(request, ctx)
  await admit()
  const options = active.adapter.identityOptions(ctx.settings)
  const arrivals = await Promise.all(
    items.map((item) =>
      item.ok
        ? inbox.add(toNewTicket(item.ticket, item.ticket.sourceId ?? sourceId, options, pipeline.digestKey))
        : ('invalid' as const),
    ),
  ).catch((cause: unknown) => {
    throw new ClosebackError('unavailable', 'The messages could not be stored.', {
      remedy: 'Send the same request again later; what was stored answers as a duplicate.',
      cause,
    })
  })
  const counts = report(items, arrivals)
  pipeline.meters.received(sourceId, counts)
  return counts
}

/** One ticket on its way into the inbox. Raw identifiers end here: what goes on is hashes, and a digest that only this ledger's key can repeat. */
export function toNewTicket(ticket: Ticket, sourceId: string, options: HashOptions, key: Buffer): NewTicket {
  return {
    sourceId,
    key: ticket.key,
    digest: createHmac('sha256', secretKey(key)).update(canonicalJson(ticket.said)).digest('base64url'),
    recordType: ticket.record.type,
    recordId: ticket.record.id,
    content: JSON.stringify(ticket.content),
    identity: ticket.identity && JSON.stringify(hashIdentity(ticket.identity, options)),
  }
}

const secretKeys = new WeakMap<Buffer, KeyObject>()

/** A key given as bytes takes Node 24 five times as long (13.6 us against 2.3), and making one of them takes 1. */
function secretKey(bytes: Buffer): KeyObject {
  const known = secretKeys.get(bytes)
  if (known) return known
  const made = createSecretKey(bytes)
  secretKeys.set(bytes, made)
  return made
}

function report(items: Received, arrivals: readonly (Arrival | 'invalid')[]): ReceiveReport {
  const count = (status: ItemResult['status']) => arrivals.filter((arrival) => arrival === status).length
  return {
    received: count('received'),
    duplicates: count('duplicate'),
    conflicts: count('conflict'),
    invalid: count('invalid'),
    results: items.map((item, index) => {
      const status = arrivals[index] as ItemResult['status']
      return item.ok
        ? { id: item.ticket.id, index, status }
        : { id: item.invalid.id, index, status, errors: item.invalid.errors }
    }),
  }
}
