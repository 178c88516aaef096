import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createHubSpot } from '../adapters/hubspot/index.ts'
import type { Bench, Row } from './row.ts'

/** The heap after a tenth of a back-fill from HubSpot and at its end. Limits do not wait, so that it ends in time. */
export const backfill: Bench = async ({ quick }) => ({
  rows: [await heap(quick ? 40_000 : 200_000)],
  notes: [],
})

async function heap(deals: number): Promise<Row> {
  const child = fork(new URL('./hubspot-answers.ts', import.meta.url), [String(deals)])
  const [port] = (await once(child, 'message')) as [number]
  try {
    let now = 0
    const timing = {
      steady: () => now,
      sleep: async (ms: number) => {
        now += ms
      },
    }
    const adapter = createHubSpot(timing)
    const settings = adapter.settings.parse({ forms: 'none', requestsADay: 1_000_000_000 })
    const ctx = {
      sourceId: 'hs',
      settings,
      secrets: async () => ({ accessToken: ['bench-token'] }),
      now: Date.now,
      fetch,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      origin: `http://127.0.0.1:${port}`,
      publicUrl: 'https://closeback.example',
      credentials: { read: async () => null, renew: async () => '' },
      siblings: async () => [{ sourceId: 'hs', settings }],
    }
    let changes = 0
    let early = 0
    for await (const page of adapter.history?.(0, ctx) ?? []) {
      changes += page.length
      if (early === 0 && changes >= (deals * 3) / 10) early = heapMb()
    }
    const end = heapMb()
    if (changes !== deals * 3) throw new Error(`${changes} stage changes of ${deals} deals`)
    return {
      what: `heap, ${deals} deals back`,
      figure: `${end.toFixed(1)} MB`,
      against: `${early.toFixed(1)} MB`,
      ratio: early / end,
      target: 'flat',
      met: end < early + 8,
    }
  } finally {
    child.disconnect()
  }
}

function heapMb(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed / 1024 ** 2
}
