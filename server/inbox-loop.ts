import { setTimeout as sleep } from 'node:timers/promises'
import type { Pipeline } from '../core/pipeline/context.ts'
import { hydrate } from '../core/pipeline/hydrate.ts'
import { factsOf } from './log.ts'

/** How long the first message waits for others, so that a burst is read in few transactions. */
const WAIT_MS = 50
/** One batch of hydrate. */
const BATCH = 256
/** Above this share of time in use, senders are waiting for this thread. */
const BUSY = 0.8
/** While they are, the loop rests this many times as long as its batch took. */
const MOST_RESTS = 9

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
 * long as the batch took: a backlog never takes more than half of the time. While senders keep the thread busy it rests up
 * to nine times as long, because what they sent is on disk and can wait, and they cannot: 100 connections get a fifth more
 * answers. `drain`, which a push cycle waits for, ends that patience.
 */
export function inboxLoop(pipeline: Pipeline): InboxLoop {
  let stopped = false
  let woken = false
  let timer: NodeJS.Timeout | null = null
  let running: Promise<number> | null = null
  let awaited = false

  async function readAll(): Promise<number> {
    let read = 0
    while (!stopped) {
      woken = false
      const began = performance.now()
      const count = await hydrate(pipeline, oneBatch())
      read += count
      if (count < BATCH) break
      await rest(performance.now() - began, () => awaited || stopped)
    }
    return read
  }

  function drain(): Promise<number> {
    awaited = true
    return readOn()
  }

  function readOn(): Promise<number> {
    running ??= readAll().finally(() => {
      running = null
      awaited = false
      if (woken) schedule()
    })
    return running
  }

  function schedule() {
    if (stopped || timer || running) return
    timer = setTimeout(() => {
      timer = null
      readOn().catch((error: unknown) => pipeline.log.error(factsOf(error), 'inbox_failed'))
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

async function rest(batchMs: number, isOver: () => boolean): Promise<void> {
  for (let turn = 0; turn < MOST_RESTS; turn++) {
    const before = performance.eventLoopUtilization()
    await sleep(batchMs)
    if (isOver() || performance.eventLoopUtilization(before).utilization < BUSY) return
  }
}
