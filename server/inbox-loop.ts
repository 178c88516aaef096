import { setTimeout as sleep } from 'node:timers/promises'
import type { Pipeline } from '../core/pipeline/context.ts'
import { hydrate } from '../core/pipeline/hydrate.ts'
import { factsOf } from './log.ts'

/** How long the first message waits for others, so that a burst is read in few transactions. */
const WAIT_MS = 50
/** One batch of hydrate. */
const BATCH = 256

export interface InboxLoop {
  /** There is something new: reads it soon, never twice at the same time. */
  wake(): void
  /** Reads until the inbox is empty. */
  drain(): Promise<number>
  /** Finishes the batch it is at. */
  stop(): Promise<void>
}

/**
 * Reads the inbox beside the senders. SQLite works on the thread that answers them, so after each batch the loop rests as
 * long as the batch took: a backlog never takes more than half of the time.
 */
export function inboxLoop(pipeline: Pipeline): InboxLoop {
  let stopped = false
  let woken = false
  let timer: NodeJS.Timeout | null = null
  let running: Promise<number> | null = null

  async function readAll(): Promise<number> {
    let read = 0
    while (!stopped) {
      woken = false
      const began = performance.now()
      const count = await hydrate(pipeline, oneBatch())
      read += count
      if (count < BATCH) break
      await sleep(performance.now() - began)
    }
    return read
  }

  function drain(): Promise<number> {
    running ??= readAll().finally(() => {
      running = null
      if (woken) schedule()
    })
    return running
  }

  function schedule() {
    if (stopped || timer || running) return
    timer = setTimeout(() => {
      timer = null
      drain().catch((error: unknown) => pipeline.log.error(factsOf(error), 'inbox_failed'))
    }, WAIT_MS)
  }

  return {
    wake() {
      woken = true
      schedule()
    },
    drain,
    async stop() {
      stopped = true
      if (timer) clearTimeout(timer)
      await running?.catch(() => {})
    },
  }
}

function oneBatch(): () => boolean {
  let first = true
  return () => {
    const was = first
    first = false
    return was
  }
}
