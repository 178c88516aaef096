import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cycle } from '../../../core/pipeline/cycle.ts'
import { emptyReport } from '../../../core/pipeline/push-report.ts'
import { releaseDue } from '../../../core/pipeline/release.ts'
import type { Closeback } from '../../../server/compose.ts'
import { createJobs } from '../../../server/jobs.ts'

vi.mock('../../../core/pipeline/cycle.ts', () => ({ cycle: vi.fn() }))
vi.mock('../../../core/pipeline/release.ts', () => ({ releaseDue: vi.fn() }))
vi.mock('../../../core/pipeline/hydrate.ts', () => ({ hydrate: async () => 0 }))

/** Parts of a host that only remember what was asked of them. */
function parts() {
  const events: string[] = []
  const note = (_facts: object, event: string) => events.push(event)
  const current = { revision: 1 }
  const closeback = {
    pipeline: {
      ledger: { now: () => 0 },
      log: { debug: note, info: note, warn: note, error: note },
      settings: async () => ({ sources: new Map() }),
    },
    store: { current, refresh: vi.fn(async () => false) },
  } as unknown as Closeback
  return { closeback, current, events }
}

describe('the jobs of a host', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-11-20T10:00:30Z') })
    vi.mocked(cycle)
      .mockReset()
      .mockImplementation(async () => emptyReport())
    vi.mocked(releaseDue).mockReset()
  })
  afterEach(() => vi.useRealTimers())

  it('push every two minutes', async () => {
    const { closeback } = parts()
    const jobs = createJobs(closeback)
    jobs.start()
    await vi.advanceTimersByTimeAsync(6 * 60_000)
    expect(cycle).toHaveBeenCalledTimes(3)
    await jobs.stop()
    await vi.advanceTimersByTimeAsync(6 * 60_000)
    expect(cycle).toHaveBeenCalledTimes(3)
  })

  it('never push twice at the same time: a tick is left out, a person waits for their turn', async () => {
    const { closeback } = parts()
    const jobs = createJobs(closeback, { everyMs: 1000 })
    let end: () => void = () => {}
    vi.mocked(cycle).mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => {
        end = resolve
      })
      return emptyReport()
    })
    jobs.start()
    await vi.advanceTimersByTimeAsync(5000)
    expect(cycle).toHaveBeenCalledTimes(1)
    const asked = jobs.host.push({ now: true })
    await vi.advanceTimersByTimeAsync(500)
    expect(cycle).toHaveBeenCalledTimes(1)
    end()
    await asked
    expect(vi.mocked(cycle).mock.calls[1]?.[1]).toMatchObject({ now: true })
    await jobs.stop()
  })

  it('go on after a cycle that failed', async () => {
    const { closeback, events } = parts()
    vi.mocked(cycle).mockRejectedValueOnce(new Error('database is locked'))
    const jobs = createJobs(closeback, { everyMs: 1000 })
    jobs.start()
    await vi.advanceTimersByTimeAsync(2500)
    expect(events).toContain('push_failed')
    expect(jobs.host.lastPush()).not.toBeNull()
    await jobs.stop()
  })

  it('look at what is held again once after each change of the settings, whoever made it', async () => {
    const { closeback, current } = parts()
    const jobs = createJobs(closeback)
    jobs.start()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(releaseDue).not.toHaveBeenCalled()
    current.revision = 2
    await vi.advanceTimersByTimeAsync(5000)
    expect(releaseDue).toHaveBeenCalledTimes(1)
    vi.mocked(closeback.store.refresh).mockRejectedValueOnce(new Error('no such file'))
    current.revision = 3
    await vi.advanceTimersByTimeAsync(5000)
    expect(releaseDue).toHaveBeenCalledTimes(2)
    await jobs.stop()
  })

  it('tell a cycle that it shall take no more when the host stops, and wait for it', async () => {
    const { closeback } = parts()
    let mayContinue: (() => boolean) | undefined
    let ended = false
    vi.mocked(cycle).mockImplementationOnce(async (_pipeline, options) => {
      mayContinue = options?.mayContinue
      await new Promise((resolve) => setTimeout(resolve, 3000))
      ended = true
      return emptyReport()
    })
    const jobs = createJobs(closeback, { everyMs: 1000 })
    jobs.start()
    await vi.advanceTimersByTimeAsync(1500)
    expect(mayContinue?.()).toBe(true)
    const stopped = jobs.stop()
    expect(mayContinue?.()).toBe(false)
    await vi.advanceTimersByTimeAsync(4000)
    await stopped
    expect(ended).toBe(true)
  })
})
