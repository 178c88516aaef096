import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fill } from './fill.ts'
import { startGenerator } from './generator.ts'
import { median } from './paired.ts'
import { drained, openCloseback } from './prepared.ts'
import { rounds } from './rounds.ts'
import { type Bench, ratioRow } from './row.ts'
import { runCommand, startHost, temporaryHome } from './spawned.ts'

const CONNECTIONS = 20
/** 1.5 times the wait of a quiet host. */
const LEAST = 1 / 1.5
const NOWHERE = 'http://127.0.0.1:9'

/** How long senders wait while an operator works beside the host: the 99th percentile, against the same host left alone. */
export const beside: Bench = async ({ quick }) => {
  const { home, remove } = await temporaryHome()
  const closeback = await openCloseback(home, NOWHERE)
  const known = quick ? 20_000 : 100_000
  await fill(closeback, 0, known)
  await closeback.close()
  const generator = startGenerator()
  const host = await startHost(home, NOWHERE)
  let from = known
  const p99 = async (work?: string[]) => {
    const requests = quick ? 1000 : 4000
    const order = { url: host.url, connections: CONNECTIONS, requests, items: 0, limitMs: 15_000, from }
    from += requests
    const done = work && runCommand(home, NOWHERE, work)
    const report = await generator.run(order)
    await done
    await drained(home, 8000)
    return report.p99
  }
  const copy = join(home, '..', `${home.split('/').at(-1)}-copy`)
  const works: [what: string, command: string[], after: () => Promise<void>][] = [
    ['backup', ['backup', copy], () => rm(copy, { recursive: true, force: true })],
    ['purge', ['retention', '--dry-run'], async () => {}],
    ['preview', ['preview', '--since', '30d', '--json'], async () => {}],
    ['reconcile', ['reconcile', '--from', dayBefore(30), '--to', dayBefore(0), '--json'], async () => {}],
  ]
  const waits = works.map(() => ({ alone: [] as number[], beside: [] as number[] }))
  try {
    for (const at of rounds(quick)) {
      const alone = await p99()
      for (const [index, [, command, after]] of works.entries()) {
        const busy = await p99(command)
        await after()
        if (at === 0) continue
        waits[index]?.alone.push(alone)
        waits[index]?.beside.push(busy)
      }
    }
    const rows = works.map(([what], index) => {
      const { alone = [], beside: busy = [] } = waits[index] ?? {}
      const shown = { figure: millis(median(busy)), against: millis(median(alone)) }
      const ratio = median(alone.map((each, at) => each / (busy[at] ?? Number.NaN)))
      return ratioRow(`p99 of intake beside ${what}`, shown, ratio, LEAST)
    })
    return { rows, notes: [] }
  } finally {
    generator.stop()
    await host.stop()
    await remove()
  }
}

function dayBefore(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}

function millis(ms: number): string {
  return `${ms.toFixed(1)} ms`
}
