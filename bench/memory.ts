import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { openCloseback } from './prepared.ts'
import type { Bench } from './row.ts'
import { startHost, temporaryHome } from './spawned.ts'

const MOST_MB = 120
const NOWHERE = 'http://127.0.0.1:9'

/** What the host takes of memory with nothing to do: resident set, as the kernel counts it. */
export const memory: Bench = async ({ quick }) => {
  const { home, remove } = await temporaryHome()
  await (await openCloseback(home, NOWHERE)).close()
  const host = await startHost(home, NOWHERE, 'anywhere')
  try {
    await fetch(`${host.url}/readyz`)
    await sleep(quick ? 3000 : 10_000)
    const mb = await residentMb(host.pid)
    if (mb === null) return { rows: [], notes: ['memory: this system has no /proc, nothing was measured.'] }
    const row = { what: 'memory, host idle', figure: `${mb.toFixed(0)} MB`, against: '', ratio: null }
    return { rows: [{ ...row, target: '< 120 MB', met: mb < MOST_MB }], notes: [] }
  } finally {
    await host.stop()
    await remove()
  }
}

/** Resident set of a process, as the kernel counts it; null where there is no /proc. */
export async function residentMb(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kb === undefined ? null : Number(kb) / 1024
}
