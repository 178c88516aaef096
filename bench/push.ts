import { push as pushAll } from '../core/pipeline/push.ts'
import { emptyReport } from '../core/pipeline/push-report.ts'
import { fill } from './fill.ts'
import { median } from './paired.ts'
import { openCloseback } from './prepared.ts'
import { rounds } from './rounds.ts'
import { type Bench, micros, perSecond } from './row.ts'
import { startTikTok, temporaryHome } from './spawned.ts'

const LEAST = 30_000

/** Waiting deliveries sent to the TikTok simulator in another process, every answer settled in the ledger. */
export const push: Bench = async ({ quick }) => {
  const { home, remove } = await temporaryHome()
  const tiktok = await startTikTok()
  const closeback = await openCloseback(home, tiktok.url)
  try {
    const count = quick ? 5000 : 10_000
    const rates: number[] = []
    const cpuUs: number[] = []
    for (const round of rounds(quick)) {
      await fill(closeback, round * count, count)
      const report = emptyReport()
      const before = process.cpuUsage()
      const startedAt = performance.now()
      await pushAll(closeback.pipeline, report)
      const elapsedMs = performance.now() - startedAt
      const used = process.cpuUsage(before)
      if (report.accepted !== count) throw new Error(`${report.accepted} of ${count} events were accepted`)
      if (round === 0) continue
      rates.push((count / elapsedMs) * 1000)
      cpuUs.push((used.user + used.system) / count)
    }
    const rate = median(rates)
    return {
      rows: [
        {
          what: 'push to the simulator',
          figure: perSecond(rate),
          against: '',
          ratio: null,
          target: '>= 30,000',
          met: rate >= LEAST,
        },
        {
          what: '  processor time an event',
          figure: micros(median(cpuUs)),
          against: '',
          ratio: null,
          target: '',
          met: null,
        },
      ],
      notes: [],
    }
  } finally {
    await closeback.close()
    await tiktok.stop()
    await remove()
  }
}
