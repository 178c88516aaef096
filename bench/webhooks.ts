import { cpuMs } from './cpu.ts'
import { startGenerator } from './generator.ts'
import type { LoadReport } from './load.ts'
import { median } from './paired.ts'
import { drained, openCloseback } from './prepared.ts'
import { rounds } from './rounds.ts'
import { type Bench, micros, perSecond, ratioRow } from './row.ts'
import { type Spawned, startEcho, startHost, temporaryHome } from './spawned.ts'

const CONNECTIONS = 100
const LEAST = 0.6
const NOWHERE = 'http://127.0.0.1:9'

/** Signed webhooks of one event each, on disk before the answer, against an Express server that only echoes them. */
export const webhooks: Bench = async ({ quick }) => {
  const { home, remove } = await temporaryHome()
  const generator = startGenerator()
  await (await openCloseback(home, NOWHERE)).close()
  const [host, echo] = [await startHost(home, NOWHERE), await startEcho()]
  try {
    const requests = quick ? 2000 : 5000
    let from = 0
    const round = async ({ url, pid }: Spawned, limitMs: number) => {
      const order = { url, connections: CONNECTIONS, requests, items: 0, limitMs, from }
      from += requests
      const before = await cpuMs(pid)
      const report = await generator.run(order)
      if (pid === host.pid) await drained(home, 8000)
      return { report, cpuUs: (((await cpuMs(pid)) - before) * 1000) / report.accepted }
    }
    const rates = { ours: [] as number[], echo: [] as number[] }
    const cpu = { ours: [] as number[], echo: [] as number[] }
    let last: LoadReport | null = null
    for (const at of rounds(quick)) {
      const [theirs, ours] = [await round(echo, 4000), await round(host, 4000)]
      if (at === 0) continue
      rates.echo.push(rate(theirs.report))
      rates.ours.push(rate(ours.report))
      cpu.echo.push(theirs.cpuUs)
      cpu.ours.push(ours.cpuUs)
      last = ours.report
    }
    const ratio = median(rates.ours.map((ours, at) => ours / (rates.echo[at] ?? Number.NaN)))
    const shown = { figure: perSecond(median(rates.ours)), against: perSecond(median(rates.echo)) }
    const row = ratioRow('webhooks, 100 connections', shown, ratio, LEAST)
    const [ours, theirs] = [median(cpu.ours), median(cpu.echo)]
    const cpuRow = ratioRow(
      '  processor time, inbox read',
      { figure: micros(ours), against: micros(theirs) },
      theirs / ours,
      null,
    )
    const waits = last
      ? `half of the answers within ${last.p50.toFixed(1)} ms, 99 % within ${last.p99.toFixed(1)} ms`
      : ''
    return {
      rows: [row, cpuRow],
      notes: [`webhooks: ${waits} (closed loop: every connection always waits for one answer).`],
    }
  } finally {
    generator.stop()
    await Promise.all([host.stop(), echo.stop()])
    await remove()
  }
}

function rate({ accepted, others, elapsedMs }: LoadReport): number {
  const refused = Object.keys(others)
  if (refused.length > 0) throw new Error(`the server answered ${refused.join(', ')} where 202 was expected`)
  return (accepted / elapsedMs) * 1000
}
