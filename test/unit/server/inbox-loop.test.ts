import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Pipeline } from '../../../core/pipeline/context.ts'
import { hydrate } from '../../../core/pipeline/hydrate.ts'
import { inboxLoop } from '../../../server/inbox-loop.ts'
import { eventually } from '../../e2e/http/eventually.ts'

vi.mock('../../../core/pipeline/hydrate.ts', () => ({ hydrate: vi.fn() }))

const errors: string[] = []
const pipeline = {
  log: { debug() {}, info() {}, warn() {}, error: (_facts: object, event: string) => errors.push(event) },
} as unknown as Pipeline

/** An inbox with so many messages; every read takes a turn of the event loop. */
function inboxOf(count: number) {
  const seen = { left: count, reads: 0, atOnce: 0, most: 0 }
  vi.mocked(hydrate).mockImplementation(async () => {
    seen.atOnce++
    seen.most = Math.max(seen.most, seen.atOnce)
    await new Promise((resolve) => setImmediate(resolve))
    const read = Math.min(256, seen.left)
    seen.left -= read
    seen.reads++
    seen.atOnce--
    return read
  })
  return seen
}

describe('the inbox loop', () => {
  beforeEach(() => {
    errors.length = 0
  })

  it('reads a burst of wakes at once, in as few reads as it takes', async () => {
    const seen = inboxOf(300)
    const loop = inboxLoop(pipeline)
    for (let n = 0; n < 300; n++) loop.wake()
    await eventually(() => expect(seen.left).toBe(0))
    await loop.drain()
    expect(seen.reads).toBeLessThanOrEqual(4)
    expect(seen.most).toBe(1)
    await loop.stop()
  })

  it('reads again when it was woken while it read', async () => {
    const seen = inboxOf(1)
    const loop = inboxLoop(pipeline)
    const first = loop.drain()
    loop.wake()
    await first
    seen.left = 1
    await eventually(() => expect(seen.left).toBe(0))
    expect(seen.most).toBe(1)
    await loop.stop()
  })

  it('survives an error, says so, and reads at the next wake', async () => {
    const loop = inboxLoop(pipeline)
    vi.mocked(hydrate).mockRejectedValue(new Error('database is locked'))
    loop.wake()
    await eventually(() => expect(errors).toEqual(['inbox_failed']))
    const seen = inboxOf(1)
    loop.wake()
    await eventually(() => expect(seen.left).toBe(0))
    await loop.stop()
  })

  it('stops after the batch it is at, and does not start again', async () => {
    const seen = inboxOf(10_000)
    const loop = inboxLoop(pipeline)
    const draining = loop.drain()
    await loop.stop()
    await draining
    const { reads } = seen
    expect(reads).toBeLessThanOrEqual(2)
    loop.wake()
    await loop.drain()
    expect(seen.reads).toBe(reads)
  })
})
