import { cpuMs } from './cpu.ts'
import { startGenerator } from './generator.ts'
import { median } from './paired.ts'
import { drained, openCloseback } from './prepared.ts'
import { rounds } from './rounds.ts'
import { type Bench, micros, perSecond } from './row.ts'
import { startHost, temporaryHome } from './spawned.ts'

const ITEMS = 1000
const CONNECTIONS = 4
const LEAST = 30_000
const NOWHERE = 'http://127.0.0.1:9'

/** Signed arrays of a thousand events: how many a second are acknowledged, all of them on disk by then. */
export const arrays: Bench = async ({ quick }) => {
  const { home, remove } = await temporaryHome()
  const generator = startGenerator()
  await (await openCloseback(home, NOWHERE)).close()
  const host = await startHost(home, NOWHERE)
  try {
    const requests = quick ? 12 : 24
    const rates: number[] = []
    const slowest: number[] = []
    const cpuUs: number[] = []
    for (const at of rounds(quick)) {
      const from = at * requests * ITEMS
      const order = { url: host.url, connections: CONNECTIONS, requests, items: ITEMS, limitMs: 6000, from }
      const before = await cpuMs(host.pid)
      const { accepted, others, elapsedMs, p99 } = await generator.run(order)
      if (Object.keys(others).length > 0) throw new Error(`the server answered ${Object.keys(others)}`)
      await drained(home, 8000)
      if (at === 0) continue
      rates.push(((accepted * ITEMS) / elapsedMs) * 1000)
      cpuUs.push((((await cpuMs(host.pid)) - before) * 1000) / (accepted * ITEMS))
      slowest.push(p99)
    }
    const rate = median(rates)
    return {
      rows: [
        {
          what: 'arrays of 1000, 4 connections',
          figure: perSecond(rate),
          against: '',
          ratio: null,
          target: '>= 30,000',
          met: rate >= LEAST,
        },
        {
          what: '  processor time, inbox read',
          figure: micros(median(cpuUs)),
          against: '',
          ratio: null,
          target: '',
          met: null,
        },
      ],
      notes: [`arrays: the slowest answers took ${median(slowest).toFixed(0)} ms.`],
    }
  } finally {
    generator.stop()
    await host.stop()
    await remove()
  }
}
