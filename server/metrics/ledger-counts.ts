import { setTimeout as sleep } from 'node:timers/promises'
import { openAlerts } from '../../core/ledger/alerts.ts'
import { parkedSets } from '../../core/ledger/connections.ts'
import { countOpen, countUnread, OPEN_STATES } from '../../core/ledger/outbox-counts.ts'
import { SECOND } from '../../core/model/time.ts'
import type { Closeback } from '../compose.ts'
import { factsOf } from '../log.ts'

/** Several scrapers, or an impatient one, cost one count in this time. */
const FRESH_MS = 10 * SECOND
/** A scrape does not wait behind a report in the reader: it gets the numbers of the one before. */
const LONGEST_WAIT_MS = 3 * SECOND

/** What the ledger holds, by connections of the workspace and whatever else there still is. */
export interface LedgerCounts {
  /** Epoch ms. */
  readAt: number
  outbox: Awaited<ReturnType<typeof countOpen>>
  parked: ReadonlyMap<string, number>
  alerts: ReadonlyMap<string, number>
  unread: { waiting: number; failed: number }
}

/** Reads the counts, at most once in ten seconds. Null while they could not be read once. */
export function ledgerCounts({ ledger, store, pipeline }: Closeback): () => Promise<LedgerCounts | null> {
  let last: LedgerCounts | null = null
  let reading: Promise<unknown> | null = null

  async function read(): Promise<void> {
    const ids = store.current.workspace.connections.map(({ id }) => id)
    const { reader } = ledger
    const readAt = ledger.now()
    const [open, sets, unread, alerts] = await Promise.all([
      countOpen(reader),
      parkedSets(reader),
      countUnread(reader),
      openAlerts(reader),
    ])
    // A connection with nothing in a state says so: a series that comes and goes cannot be alerted on.
    const zeros = ids.flatMap((connectionId) =>
      OPEN_STATES.map((state) => ({ connectionId, state, count: 0 })),
    )
    last = {
      readAt,
      outbox: [...zeros, ...open],
      parked: counted([
        ...ids.map((id) => [id, 0] as const),
        ...sets.map((set) => [set.connection_id, 1] as const),
      ]),
      alerts: counted(alerts.map(({ kind }) => [kind, 1] as const)),
      unread,
    }
  }

  return async () => {
    const age = last === null ? Infinity : ledger.now() - last.readAt
    if (age >= 0 && age < FRESH_MS) return last
    reading ??= read()
      .catch((error: unknown) => pipeline.log.warn(factsOf(error), 'counts_not_read'))
      .finally(() => {
        reading = null
      })
    await Promise.race([reading, sleep(LONGEST_WAIT_MS, undefined, { ref: false })])
    return last
  }
}

function counted(entries: readonly (readonly [string, number])[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [key, count] of entries) counts.set(key, (counts.get(key) ?? 0) + count)
  return counts
}
