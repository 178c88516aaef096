import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/**
 * Opens a ledger in several threads at once, as hosts that start together do, and lets each claim what it can get.
 * Resolves to the delivery ids each thread took; rejects with the first error of any.
 */
export function claimInThreads(at: string, count: number, now: number): Promise<number[][]> {
  const threads = Array.from({ length: count }, async () => {
    const worker = new Worker(new URL('./ledger-thread.ts', import.meta.url), { workerData: { at, now } })
    const [taken] = await once(worker, 'message')
    return taken as number[]
  })
  return Promise.all(threads)
}
