import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { findChromium } from '../server/capture/chromium.ts'
import { captureScript } from '../server/capture/script.ts'
import { median } from './paired.ts'
import { type Bench, type Measured, ratioRow } from './row.ts'

const MOST_MS = 10
const LOADS = { quick: 5, full: 21 }
/** On a machine that others use a load takes seconds: then fewer have to do. */
const BUDGET_MS = 60_000
const PIECES = ['EvaluateScript', 'FunctionCall', 'v8.compile']
const FORM = '<form><input type="hidden" name="ttclid"></form>'
const LARGE = Array.from({ length: 500 }, (_, n) => `<input name="f${n}">`).join('')
const LINKS = Array.from({ length: 200 }, (_, n) => `<a href="https://x.test/${n}">x</a>`).join('')

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds: by the clock, and of the thread's processor. */
  ts: number
  dur?: number
  tdur?: number
  args?: { data?: { url?: string } }
}

/**
 * The longest that `capture.js` keeps a page busy while it loads, in processor time of the page's main thread, so that others
 * on the machine count little. Beside it a script that does nothing, and the load of the page with and without ours.
 */
export const capture: Bench = async ({ quick }) => {
  const found = await findChromium(process.env)
  if (found === null)
    return { rows: [], notes: ['capture: there is no Chromium here, nothing was measured.'] }
  const site = await serve()
  const browser = await chromium.launch({
    ...found,
    args: [...(found.args ?? []), '--host-resolver-rules=MAP *.test 127.0.0.1'],
  })
  const most = LOADS[quick ? 'quick' : 'full']
  const stopsAt = performance.now() + BUDGET_MS
  try {
    await browser.startTracing(undefined, { categories: ['toplevel', 'devtools.timeline'] })
    const took = { capture: [] as number[], empty: [] as number[] }
    for (let n = 0; n < LOADS.quick || (n < most && performance.now() < stopsAt); n++) {
      for (const name of n % 2 === 0 ? (['capture', 'empty'] as const) : (['empty', 'capture'] as const)) {
        const page = await (await browser.newContext()).newPage()
        await page.goto(`${site.url}/${name}?n=${n}&ttclid=E.C.P.bench${n}&utm_source=tiktok`)
        if (name === 'capture')
          await page.waitForFunction('document.querySelector("[name=ttclid]").value !== ""')
        took[name].push(
          Number(await page.evaluate('performance.timing.loadEventEnd - performance.timing.navigationStart')),
        )
        await page.context().close()
      }
    }
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
    return report(longestTasks(traceEvents), took)
  } finally {
    await browser.close()
    site.close()
  }
}

function report(
  tasks: Record<'capture' | 'empty', number[]>,
  took: Record<'capture' | 'empty', number[]>,
): Measured {
  const [ours, nothing] = [median(tasks.capture), median(tasks.empty)]
  const ratio = median(took.empty.map((ms, at) => ms / (took.capture[at] ?? ms)))
  return {
    rows: [
      {
        what: 'capture, longest task',
        figure: `${ours.toFixed(1)} ms`,
        against: `${nothing.toFixed(1)} ms`,
        ratio: nothing / ours,
        target: '< 10 ms',
        met: ours < MOST_MS,
      },
      ratioRow(
        'capture, load of the page',
        { figure: `${median(took.capture).toFixed(0)} ms`, against: `${median(took.empty).toFixed(0)} ms` },
        ratio,
        null,
      ),
    ],
    notes: [
      `capture: medians of ${took.capture.length} first visits; the longest task of all took ${Math.max(...tasks.capture).toFixed(1)} ms.`,
    ],
  }
}

/** Of each load, the task in which the script did most, in milliseconds of the main thread's processor time. */
function longestTasks(events: readonly TraceEvent[]): Record<'capture' | 'empty', number[]> {
  const longest = { capture: new Map<string, number>(), empty: new Map<string, number>() }
  // What a piece calls is a piece of its own, and is counted once: with the outermost.
  const pieces = events
    .filter(
      ({ name, ph, args }) => ph === 'X' && PIECES.includes(name) && args?.data?.url?.includes('.js?n='),
    )
    .toSorted((a, b) => a.ts - b.ts)
  let end = 0
  for (const { ts, dur = 0, tdur = dur, args } of pieces) {
    if (ts < end) continue
    end = ts + dur
    const { pathname, search } = new URL(args?.data?.url ?? '')
    const of = longest[pathname === '/capture.js' ? 'capture' : 'empty']
    of.set(search, Math.max(of.get(search) ?? 0, tdur / 1000))
  }
  return { capture: [...longest.capture.values()], empty: [...longest.empty.values()] }
}

/** The same large page with either script in its head. */
async function serve(): Promise<{ url: string; close(): void }> {
  const { plain } = await captureScript()
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://x')
    const name = pathname.slice(1).replace('.js', '')
    if (pathname.endsWith('.js')) {
      const text = name === 'capture' ? plain : 'window.empty = true'
      return void res.writeHead(200, { 'content-type': 'text/javascript' }).end(text)
    }
    const head = `<!doctype html><link rel="icon" href="data:,"><script src="/${name}.js?n=${searchParams.get('n')}"></script>`
    res.writeHead(200, { 'content-type': 'text/html' }).end(head + FORM + LARGE + LINKS)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://www.shop.test:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
