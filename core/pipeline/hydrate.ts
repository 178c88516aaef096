import type { Said } from '../adapter.ts'
import type { HashOptions } from '../identity/hash-identity.ts'
import { eraseMessages } from '../ledger/erase.ts'
import {
  claimMoreTickets,
  claimSameRecords,
  claimTickets,
  type InboxTicket,
  markDone,
  markFailed,
} from '../ledger/inbox.ts'
import type { Db } from '../ledger/ledger.ts'
import { ClosebackError, safeMessage } from '../model/errors.ts'
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
      const more = (active?.adapter.hydrateBatch ?? BATCH) - tickets.length
      if (more > 0) group.push(...(await claimMoreTickets(pipeline.ledger, sourceId, more)))
      if (active?.adapter.hydrateBatch)
        group.push(...(await claimSameRecords(pipeline.ledger, sourceId, group)))
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
    if (tickets.length > 1 && !isUnavailable(error)) {
      for (const ticket of tickets) await readGroup(pipeline, active, [ticket])
      return
    }
    for (const ticket of tickets) await postpone(pipeline, ticket, safeMessage(error))
  }
}

async function commit(
  { ledger, settings }: Pipeline,
  active: ActiveSource,
  tickets: readonly InboxTicket[],
  said: readonly Said[],
  identityOptions: HashOptions,
) {
  const current = await settings()
  const erased = new Set<string>()
  const put = async (tx: Db, some: readonly Said[]) => {
    const ctx = { tx, settings: current, active, now: ledger.now() }
    for (const key of await enqueue(ctx, some, identityOptions)) erased.add(key)
  }
  // What comes in bulk is written in short transactions; tickets are done with the last of them.
  const last = Math.max(0, Math.ceil(said.length / BATCH) - 1) * BATCH
  for (let at = 0; at < last; at += BATCH) {
    await ledger.transaction((tx) => put(tx, said.slice(at, at + BATCH)))
  }
  await ledger.transaction(async (tx) => {
    await put(tx, said.slice(last))
    const blank = tickets.filter(({ key }) => erased.has(key)).map(({ id }) => id)
    if (blank.length > 0) await eraseMessages(tx, blank)
    await markDone(
      tx,
      tickets.map((ticket) => ticket.id),
    )
  })
}

/** The CRM as a whole does not answer: asking it again for each ticket alone would only make that worse. */
function isUnavailable(error: unknown): boolean {
  return error instanceof ClosebackError && (error.code === 'unavailable' || error.code === 'config')
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
