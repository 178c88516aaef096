import { salesforce as adapter } from '../adapters/salesforce/index.ts'
import { type Loading, loadingRow } from './loading.ts'
import { type Bench, grouped, type Row, ratioRow } from './row.ts'
import { type Spawned, startSalesforce } from './spawned.ts'

const PAGE_ROWS = 2000
const CHUNK_IDS = 200
/** The calls of the least way: pages of what changed, and the history of every 200 of them. */
const smallest = (records: number) => Math.ceil(records / PAGE_ROWS) + Math.ceil(records / CHUNK_IDS)
const CHANGED = 10_000

/** API calls for many changes, memory over a long back-fill, and what loading costs. */
export const salesforce: Bench = async ({ quick }) => {
  const past = quick ? 20_000 : 200_000
  const rows = [
    await calls(),
    await reserve(),
    await backfill(past),
    loadingRow('loading, against jsforce', quick ? 5 : 11, CONNECT),
  ]
  return { rows, notes: [] }
}

/** A poll that sees 10,000 changed opportunities for the first time, and what they say. */
async function calls(): Promise<Row> {
  const org = await startSalesforce(CHANGED)
  try {
    const { ctx, count } = await opened(org)
    const before = count()
    await readAll(ctx)
    const ours = count() - before
    const least = smallest(CHANGED)
    return ratioRow(
      'calls, 10k changed deals',
      { figure: String(ours), against: String(least) },
      least / ours,
      0.87,
    )
  } finally {
    await org.stop()
  }
}

/** An org with few calls left: we stop, and this is what stays for others. */
async function reserve(): Promise<Row> {
  const org = await startSalesforce(CHANGED)
  try {
    await control(org, 'switches', { 'api.dailyLimit': '1000' })
    const { ctx } = await opened(org)
    await control(org, 'usage', { used: 740 })
    await readAll(ctx).catch(() => undefined)
    const { used, limit } = (await (await fetch(`${org.url}/_sandbox/usage`)).json()) as {
      used: number
      limit: number
    }
    const left = (limit - used) / limit
    return {
      what: 'calls left to others',
      figure: `${Math.round(left * 100)} %`,
      against: '20 %',
      ratio: left / 0.2,
      target: '>= 1',
      met: left >= 0.2,
    }
  } finally {
    await org.stop()
  }
}

/** Heap after the first tenth of a back-fill, as a share of what it is at the end. */
async function backfill(records: number): Promise<Row> {
  const org = await startSalesforce(records)
  try {
    const { ctx } = await opened(org)
    let changes = 0
    const early: number[] = []
    const late: number[] = []
    for await (const page of adapter.history?.(0, ctx) ?? []) {
      changes += page.length
      if (changes > records * 0.3 && changes < records * 0.6) early.push(process.memoryUsage().heapUsed)
      if (changes > records * 2.5) late.push(process.memoryUsage().heapUsed)
    }
    if (changes !== records * 3) throw new Error(`${changes} changes came instead of ${records * 3}`)
    const mb = (values: number[]) => Math.min(...values) / 1e6
    return ratioRow(
      `heap, ${grouped(records / 1000)}k back-filled`,
      { figure: `${mb(late).toFixed(0)} MB`, against: `${mb(early).toFixed(0)} MB` },
      mb(early) / mb(late),
      0.8,
    )
  } finally {
    await org.stop()
  }
}

/** What the first call to an org loads. */
const CONNECT: Loading = {
  before: "await import('./server/adapters.js')",
  bare: `await Promise.all([${['core', 'transport', 'util/promise'].map((name) => `import('jsforce/lib/${name}.js')`)}])`,
  ours: "await import('./adapters/salesforce/client/connect.js')",
}

type Ctx = Parameters<typeof adapter.check>[0]

/** One poll, and every ticket of it read as the pipeline would: as many at once as the adapter asks for. */
async function readAll(ctx: Ctx): Promise<void> {
  const size = adapter.hydrateBatch ?? 256
  for await (const { tickets } of adapter.poll?.(null, ctx) ?? []) {
    const stored = tickets.map(({ key, record, content }) => ({ key, record, content, identity: null }))
    for (let at = 0; at < stored.length; at += size) await adapter.hydrate(stored.slice(at, at + size), ctx)
  }
}

/** A context whose session and knowledge of the org are there, and a count of its API calls. */
async function opened(org: Spawned): Promise<{ ctx: Ctx; count: () => number }> {
  let calls = 0
  const kept = new Map<string, string>()
  const silent = () => {}
  const ctx: Ctx = {
    sourceId: 'sf',
    settings: adapter.settings.parse({ sandbox: true, leads: false }),
    secrets: async () => ({ clientId: ['sandbox-client'], clientSecret: ['sandbox-secret'] }),
    now: Date.now,
    fetch: (...given: Parameters<typeof globalThis.fetch>) => {
      calls++
      return fetch(...given)
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    origin: org.url,
    publicUrl: 'https://closeback.example',
    credentials: {
      read: async (name: string) => kept.get(name) ?? null,
      renew: async (name: string, make: (text: string | null) => Promise<string>) => {
        const made = await make(kept.get(name) ?? null)
        kept.set(name, made)
        return made
      },
    },
    siblings: async () => [],
  }
  await adapter.describe?.(ctx)
  return { ctx, count: () => calls }
}

async function control(org: Spawned, path: string, body: object): Promise<void> {
  await fetch(`${org.url}/_sandbox/${path}`, { method: 'PUT', body: JSON.stringify(body) })
}
