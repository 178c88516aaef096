import type { Ticket } from '../adapter.ts'
import { type Arrival, appendTickets } from '../ledger/inbox.ts'
import type { Db } from '../ledger/ledger.ts'
import type { Pipeline } from './context.ts'
import { toNewTicket } from './receive.ts'
import type { ActiveSource } from './settings.ts'

/** Commits what an adapter asked or heard, together with what `also` writes, and counts what was new in it. */
export async function keepTickets(
  pipeline: Pipeline,
  active: ActiveSource,
  tickets: readonly Ticket[],
  also: (tx: Db) => Promise<void> = () => Promise.resolve(),
) {
  const { ledger, digestKey, meters } = pipeline
  const { source, adapter } = active
  const options = adapter.identityOptions(pipeline.adapterContext(active).settings)
  const made = tickets.map((ticket) => toNewTicket(ticket, source.id, options, digestKey))
  const arrivals = await ledger.transaction(async (tx) => {
    const appended = await appendTickets(tx, made, ledger.now())
    await also(tx)
    return appended
  })
  const count = (arrival: Arrival) => arrivals.filter((each) => each === arrival).length
  const counts = {
    received: count('received'),
    duplicates: count('duplicate'),
    conflicts: count('conflict'),
    invalid: 0,
  }
  meters.received(source.id, counts)
  return counts
}
