import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createApiKey } from '../core/ledger/api-keys.ts'
import { ALL_CONNECTIONS, setPaused } from '../core/ledger/connections.ts'
import { cpuMs } from './cpu.ts'
import { residentMb } from './memory.ts'
import { pinned } from './pinned.ts'
import { openCloseback } from './prepared.ts'
import { type Bench, micros, perSecond } from './row.ts'
import { SOURCE_ID } from './samples.ts'
import { startHost, temporaryHome } from './spawned.ts'
import type { StreamOrder, StreamReport } from './stream-load.ts'

const LEAST = 30_000
const MOST_GROWTH_MB = 50
const NOWHERE = 'http://127.0.0.1:9'
/** Past these the compiler is done, and the ledger's caches are as large as they get. */
const WARM_UP = { quick: 20_000, full: 100_000 }
/** What constant memory is promised for; on a slow machine the time ends first. */
const EVENTS = 2_000_000
const LIMIT_MS = { quick: 5000, full: 40_000 }
const WARM_UP_LIMIT_MS = 15_000

/** One stream of events with a sender's key: how many a second are answered as on disk, and what memory that takes. */
export const stream: Bench = async ({ quick }) => {
  const kind = quick ? 'quick' : 'full'
  const { home, remove } = await temporaryHome()
  const closeback = await openCloseback(home, NOWHERE)
  const sender = { role: 'sender', sourceId: SOURCE_ID } as const
  const { key } = await createApiKey(closeback.ledger.db, sender, Date.now())
  const viewer = await createApiKey(closeback.ledger.db, { role: 'viewer', sourceId: null }, Date.now())
  // A push cycle has memory of its own, which is none of the stream's.
  await setPaused(closeback.ledger.db, ALL_CONNECTIONS, Date.now())
  await closeback.close()
  const host = await startHost(home, NOWHERE)
  const load = startLoad()
  try {
    const common = { url: host.url, key, limitMs: LIMIT_MS[kind] }
    await load.send({ ...common, events: WARM_UP[kind], limitMs: WARM_UP_LIMIT_MS, from: 0 })
    // The thread that reports read in takes about 50 MB when it is first asked; every host has it sooner or later.
    await fetch(`${host.url}/api/v1/status`, { headers: { authorization: `Bearer ${viewer.key}` } })
    const before = { mb: (await residentMb(host.pid)) ?? Number.NaN, cpu: await cpuMs(host.pid) }
    let peak = before.mb
    const watch = setInterval(async () => {
      peak = Math.max(peak, (await residentMb(host.pid)) ?? 0)
    }, 500)
    const report = await load.send({ ...common, events: EVENTS, from: WARM_UP[kind] })
    clearInterval(watch)
    if (!report.done || report.duplicates > 0) throw new Error('the stream did not end well')
    const cpuUs = (((await cpuMs(host.pid)) - before.cpu) * 1000) / report.received
    const rate = (report.received / report.elapsedMs) * 1000
    const growth = Math.max(0, peak - before.mb)
    const plain = { against: '', ratio: null }
    return {
      rows: [
        {
          ...plain,
          what: 'stream of lines',
          figure: perSecond(rate),
          target: '>= 30,000',
          met: rate >= LEAST,
        },
        { ...plain, what: '  processor time', figure: micros(cpuUs), target: '', met: null },
        {
          ...plain,
          what: '  memory growth',
          figure: `${growth.toFixed(0)} MB`,
          // So few events are still the compiler's.
          target: quick ? '' : '< 50 MB',
          met: quick ? null : growth < MOST_GROWTH_MB,
        },
      ],
      notes: [
        `stream: ${report.received.toLocaleString('en-US')} events of 1.2 KB in ${(report.elapsedMs / 1000).toFixed(0)} s, ${report.answers} answers, from ${before.mb.toFixed(0)} to at most ${peak.toFixed(0)} MB.`,
      ],
    }
  } finally {
    load.stop()
    await host.stop()
    await remove()
  }
}

function startLoad() {
  const file = new URL('./stream-load.ts', import.meta.url).pathname
  const words = [...(pinned('other') ?? []), process.execPath, '--no-warnings', file]
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    async send(order: StreamOrder): Promise<StreamReport> {
      child.send(order)
      const answer = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => null)])
      if (answer === null) throw new Error('the load generator ended')
      return answer[0] as StreamReport
    },
    stop: () => child.kill(),
  }
}
