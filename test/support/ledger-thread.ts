import { parentPort, workerData } from 'node:worker_threads'
import { openLedger } from '../../core/ledger/ledger.ts'
import { claim } from '../../core/ledger/outbox.ts'

// The other side of in-threads.ts: a host of its own, as far as the database can tell.
const { at, now } = workerData as { at: string; now: number }
const ledger = await openLedger({ at, now: () => now, poolSize: 2 })
const wanted = {
  connectionId: 'us-brand',
  eventSourceId: 'C4AAAAAAAAAAAAAAAAAA',
  limit: 7,
  holder: 'host:thread',
}
const taken: number[] = []
for (let turns = 0; turns < 1_000; turns++) {
  const { deliveries } = await claim(ledger, { ...wanted, earliest: now, latest: now })
  if (deliveries.length === 0) break
  taken.push(...deliveries.map(({ id }) => id))
}
await ledger.close()
parentPort?.postMessage(taken)
