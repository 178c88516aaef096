import type { Hydrated } from '../adapter.ts'
import type { HashOptions } from '../identity/hash-identity.ts'
import { eraseMessages } from '../ledger/erase.ts'
import { claimTickets, type InboxTicket, markDone, markFailed } from '../ledger/inbox.ts'
import { MINUTE, SECOND } from '../model/time.ts'
import type { Pipeline } from './context.ts'
import { enqueue } from './enqueue.ts'
import type { ActiveSource } from './settings.ts'

/** Tickets taken at a time: one transaction each, short enough to let webhooks through between two. */
const BATCH = 256
/** A ticket that fails this often (over about a day) is given up with the reason `error`, and shown. */
const MAX_ATTEMPTS = 12
const FIRST_RETRY_MS = 5 * SECOND
const LONGEST_RETRY_MS = 240 * MINUTE

/** Turns the inbox into stage changes, deliveries and reasons until it is empty. Returns how many tickets were read. */
export async function hydrate(pipeline: Pipeline, mayContinue: () => boolean = () => true): Promise<number> {
  let read = 0
  while (mayContinue()) {
    const tickets = await claimTickets(pipeline.ledger, BATCH)
    for (const [sourceId, group] of Map.groupBy(tickets, (ticket) => ticket.sourceId)) {
      const active = (await pipeline.settings()).sources.get(sourceId)
      if (active) await readGroup(pipeline, active, group)
      else for (const ticket of group) await postpone(pipeline, ticket, 'The source is not in the workspace.')
    }
    read += tickets.length
    if (tickets.length < BATCH) break
  }
  return read
}

/** One bad ticket fails nobody else: when a group fails, each is tried alone. */
async function readGroup(pipeline: Pipeline, active: ActiveSource, tickets: readonly InboxTicket[]) {
  try {
    const ctx = pipeline.adapterContext(active)
    const said = await active.adapter.hydrate([...tickets], ctx)
    await commit(pipeline, active, tickets, said, active.adapter.identityOptions(ctx.settings))
  } catch (error) {
    if (tickets.length > 1) {
      for (const ticket of tickets) await readGroup(pipeline, active, [ticket])
      return
    }
    const [ticket] = tickets
    const message = error instanceof Error ? error.message : 'unknown'
    if (ticket) await postpone(pipeline, ticket, message)
  }
}

async function commit(
  { ledger, settings }: Pipeline,
  active: ActiveSource,
  tickets: readonly InboxTicket[],
  said: readonly Hydrated[],
  identityOptions: HashOptions,
) {
  const current = await settings()
  await ledger.transaction(async (tx) => {
    const ctx = { tx, settings: current, active, now: ledger.now() }
    const erased = await enqueue(ctx, said, identityOptions)
    const blank = tickets.filter(({ key }) => erased.has(key)).map(({ id }) => id)
    if (blank.length > 0) await eraseMessages(tx, blank)
    await markDone(
      tx,
      tickets.map((ticket) => ticket.id),
    )
  })
}

async function postpone({ ledger, log }: Pipeline, ticket: InboxTicket, message: string) {
  const giveUp = ticket.attempts + 1 >= MAX_ATTEMPTS
  const wait = Math.min(FIRST_RETRY_MS * 2 ** ticket.attempts, LONGEST_RETRY_MS)
  await markFailed(ledger.db, ticket.id, message, giveUp ? null : ledger.now() + wait)
  log[giveUp ? 'error' : 'warn'](
    { source: ticket.sourceId, ticket: ticket.id, error: message },
    'hydrate_failed',
  )
}
