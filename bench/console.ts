import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chromium } from 'playwright-core'
import { createApiKey } from '../core/ledger/api-keys.ts'
import { addPerson } from '../core/ledger/people.ts'
import { hashPassword } from '../server/auth/passwords.ts'
import { findChromium } from '../server/capture/chromium.ts'
import { FILLED_DAYS, fillConsole } from './console-ledger.ts'
import { median } from './paired.ts'
import { startBenchPostgres } from './postgres.ts'
import { openCloseback } from './prepared.ts'
import type { Bench, Row } from './row.ts'
import { CONNECTION_ID, SOURCE_ID } from './samples.ts'
import { startHost, temporaryHome } from './spawned.ts'

const NOWHERE = 'http://127.0.0.1:9'
const DELIVERIES = { quick: 50_000, full: 1_000_000 }
const PAGES = { quick: 20, full: 60 }
const MOST_MS = 50
const PAINTS = 5
const MOST_PAINT_MS = 1000
const PERSON = { email: 'bench@shop.example', name: 'Bench', password: 'correct horse battery staple' }

/** Pages of the explorer by each filter, and the first meaningful paint of the overview, over a large ledger. */
export const consolePages =
  (engine: 'sqlite' | 'postgres'): Bench =>
  async ({ quick }) => {
    const notes: string[] = []
    // As "npm start" does: without it the host has a page that stands in.
    execFileSync(process.execPath, ['server/ui/build.ts'], {
      cwd: new URL('..', import.meta.url),
      stdio: 'ignore',
    })
    const { home, remove } = await temporaryHome()
    const database = engine === 'postgres' ? await startBenchPostgres() : null
    const env: Record<string, string> = database
      ? { DATABASE_URL: database.url, CLOSEBACK_SECRET_KEY: randomBytes(32).toString('base64') }
      : {}
    try {
      const began = performance.now()
      const key = await prepared(home, env, quick ? DELIVERIES.quick : DELIVERIES.full)
      notes.push(`${engine}: filled in ${Math.round((performance.now() - began) / 1000)} s.`)
      const host = await startHost(home, NOWHERE, 'server', env)
      try {
        const pages = await explorer(host.url, key, engine, quick ? PAGES.quick : PAGES.full)
        return { rows: [...pages, ...(await paint(host.url, engine, notes))], notes }
      } finally {
        await host.stop()
      }
    } finally {
      await database?.stop()
      await remove()
    }
  }

async function prepared(home: string, env: Record<string, string>, count: number): Promise<string> {
  const closeback = await openCloseback(home, NOWHERE, env)
  try {
    const { db } = closeback.ledger
    await fillConsole(db, count, Date.now())
    const { password, ...person } = PERSON
    await addPerson(db, { ...person, role: 'owner', password: await hashPassword(password) }, Date.now())
    return (await createApiKey(db, { role: 'viewer', sourceId: null }, Date.now())).key
  } finally {
    await closeback.close()
  }
}

/** What people narrow the list to, alone and together. */
function filters(): [name: string, query: string][] {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString()
  const middle = `from=${day(FILLED_DAYS / 2)}&to=${day(FILLED_DAYS / 2 - 1)}`
  return [
    ['no filter', ''],
    ['state accepted', 'state=accepted'],
    ['state rejected', 'state=rejected'],
    ['state held', 'state=held'],
    ['connection', `connection=${CONNECTION_ID}`],
    ['source', `source=${SOURCE_ID}`],
    ['rare source', 'source=rare'],
    ['event', 'event=Purchase'],
    ['rare event', 'event=Contact'],
    ['unknown event', 'event=Download'],
    ['code', 'code=40002'],
    ['a day', middle],
    ['event and a day', `event=Lead&${middle}`],
    ['rare event, accepted', `event=Contact&state=accepted&connection=${CONNECTION_ID}`],
    ['rejected of rare source', 'state=rejected&source=rare'],
    ['record', 'search=D-4711'],
    ['event id', 'search=e4711'],
  ]
}

/** By each filter its first pages, one after the other; the floor is one delivery by its id through the same door. */
async function explorer(url: string, key: string, engine: string, pages: number): Promise<Row[]> {
  const ask = async (path: string) => {
    const began = performance.now()
    const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } })
    const said = (await answer.json()) as { before?: number | null }
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    return { ms: performance.now() - began, before: said.before ?? null }
  }
  for (let turn = 0; turn < 50; turn++) await ask(`/deliveries?limit=50&search=e${turn}`)
  const rows: Row[] = []
  for (const [name, query] of filters()) {
    const times: { ours: number; floor: number }[] = []
    let before: number | null = null
    for (let page = 0; page < pages; page++) {
      const { ms: floor } = await ask(`/deliveries/${1 + page}`)
      const { ms: ours, before: next }: { ms: number; before: number | null } = await ask(
        `/deliveries?limit=50&${query}${before === null ? '' : `&before=${before}`}`,
      )
      before = next
      times.push({ ours, floor })
    }
    const [ours, floor] = [p95(times.map((each) => each.ours)), p95(times.map((each) => each.floor))]
    rows.push({
      what: `${name} (${engine})`.slice(0, 28),
      figure: `${ours.toFixed(1)} ms`,
      against: `${floor.toFixed(1)} ms`,
      ratio: floor / ours,
      target: `<= ${MOST_MS} ms`,
      met: ours <= MOST_MS,
    })
  }
  return rows
}

/** Until the overview's first figure stands, in a fresh profile; the floor is the first paint of the same page. */
async function paint(url: string, engine: string, notes: string[]): Promise<Row[]> {
  const launch = await findChromium(process.env)
  if (launch === null) {
    notes.push('No Chromium: no paint was measured.')
    return []
  }
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: PERSON.email, password: PERSON.password }),
  })
  const [name = '', value = ''] = (answer.headers.get('set-cookie') ?? '').split(';', 1)[0]?.split('=') ?? []
  if (!answer.ok || value === '') throw new Error(`signing in answered ${answer.status}`)
  const browser = await chromium.launch(launch)
  const figures = { meaningful: [] as number[], first: [] as number[], campaigns: [] as number[] }
  try {
    for (let turn = 0; turn <= PAINTS; turn++) {
      const context = await browser.newContext({ reducedMotion: 'reduce' })
      await context.addCookies([{ name, value, url }])
      const page = await context.newPage()
      await page.goto(url, { waitUntil: 'commit' })
      const stands = async (selector: string) => {
        await page.locator(selector).first().waitFor({ timeout: 60_000 })
        return (await page.evaluate('performance.now()')) as number
      }
      const meaningful = await stands('.card .big')
      const first = (await page.evaluate(
        `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`,
      )) as number
      const campaigns = await stands('.report-scroll')
      await context.close()
      // The first fills the host's own caches.
      if (turn === 0) continue
      figures.meaningful.push(meaningful)
      figures.first.push(first)
      figures.campaigns.push(campaigns)
    }
  } finally {
    await browser.close()
  }
  const [meaningful, first] = [median(figures.meaningful), median(figures.first)]
  notes.push(`${engine}: campaigns stand ${Math.round(median(figures.campaigns))} ms after the click.`)
  return [
    {
      what: `overview, paint (${engine})`,
      figure: `${Math.round(meaningful)} ms`,
      against: `${Math.round(first)} ms`,
      ratio: first / meaningful,
      target: `<= ${MOST_PAINT_MS} ms`,
      met: meaningful <= MOST_PAINT_MS,
    },
  ]
}

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN
}
