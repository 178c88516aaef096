import { setTimeout as sleep } from 'node:timers/promises'
import { dropLease, takeLease } from '../ledger/leases.ts'
import { safeMessage } from '../model/errors.ts'
import { MINUTE, SECOND } from '../model/time.ts'
import type { Pipeline } from './context.ts'
import { keepTickets } from './keep-tickets.ts'
import type { ActiveSource } from './settings.ts'

const LEASE_MS = MINUTE
const RENEW_MS = 20 * SECOND
/** While another host listens, this one asks again so often whether it still does. */
const ASK_MS = 15 * SECOND
/** After a failure; doubled with each that follows within the longest wait. */
const FIRST_WAIT_MS = SECOND
const LONGEST_WAIT_MS = 5 * MINUTE

/** What listens to sources beside the polls. */
export interface Listeners {
  /** Starts what the workspace has new, ends what it has no more; what changed begins anew. */
  look(): Promise<void>
  /** Ends all of it, for good. */
  stop(): Promise<void>
}

interface Listener {
  /** The source as it was when this began. */
  of: string
  ending: AbortController
  done: Promise<void>
}

/** Listens for every source that announces its changes; `wake` is called when something is in the inbox. */
export function createListeners(pipeline: Pipeline, wake: () => void): Listeners {
  const running = new Map<string, Listener>()
  let stopped = false

  async function end(id: string): Promise<void> {
    const listener = running.get(id)
    listener?.ending.abort()
    await listener?.done
    running.delete(id)
  }

  return {
    async look() {
      const { sources } = await pipeline.settings()
      const wanted = new Map(
        [...sources.values()]
          .filter(({ adapter }) => adapter.listen)
          .map((active) => [active.source.id, { active, of: JSON.stringify(active.source) }]),
      )
      for (const [id, { of }] of running) if (wanted.get(id)?.of !== of) await end(id)
      for (const [id, { active, of }] of wanted) {
        if (stopped || running.has(id)) continue
        const ending = new AbortController()
        running.set(id, { of, ending, done: keepListening(pipeline, active, ending.signal, wake) })
      }
    },
    async stop() {
      stopped = true
      await Promise.all([...running.keys()].map(end))
    },
  }
}

/** Never throws. Ends with the signal, or when the adapter has nothing to listen to. */
async function keepListening(
  pipeline: Pipeline,
  active: ActiveSource,
  signal: AbortSignal,
  wake: () => void,
): Promise<void> {
  const source = active.source.id
  let wait = FIRST_WAIT_MS
  while (!signal.aborted) {
    const began = performance.now()
    try {
      if (await listenOnce(pipeline, active, signal, wake)) return
      await pause(ASK_MS, signal)
    } catch (error) {
      if (signal.aborted) return
      if (performance.now() - began > LONGEST_WAIT_MS) wait = FIRST_WAIT_MS
      pipeline.log.warn({ source, error: safeMessage(error), again_in_ms: wait }, 'listen_failed')
      await pause(wait, signal)
      wait = Math.min(2 * wait, LONGEST_WAIT_MS)
    }
  }
}

/** False when another host does, or has taken over. */
async function listenOnce(
  pipeline: Pipeline,
  active: ActiveSource,
  signal: AbortSignal,
  wake: () => void,
): Promise<boolean> {
  const { ledger, holder } = pipeline
  const lease = `listen ${active.source.id}`
  if (!(await takeLease(ledger, lease, holder, LEASE_MS))) return false
  const lost = new AbortController()
  const renewing = setInterval(() => {
    takeLease(ledger, lease, holder, LEASE_MS).then(
      (kept) => kept || lost.abort(),
      () => lost.abort(),
    )
  }, RENEW_MS)
  try {
    await active.adapter.listen?.(
      async (tickets) => {
        const { received } = await keepTickets(pipeline, active, tickets)
        if (received > 0) wake()
      },
      AbortSignal.any([signal, lost.signal]),
      pipeline.adapterContext(active),
    )
    return !lost.signal.aborted
  } finally {
    clearInterval(renewing)
    await dropLease(ledger, lease, holder)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
