import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { captureScript } from '../../../server/capture/script.ts'

/** Every name under .test leads to this machine, so that pages have domains, subdomains and strangers. */
export const TEST_NAMES = { args: ['--host-resolver-rules=MAP *.test 127.0.0.1'] }

export interface Visitable {
  html: string
  headers?: Record<string, string>
  /** Answered so late. */
  afterMs?: number
}

export interface Site {
  /** Absolute URL of a path on a host, `www.shop.test` unless told. */
  url(path: string, host?: string): string
  /** What is served at a path, on every host; a function sees the URL. */
  pages: Map<string, string | Visitable>
  /** Bodies posted to a path, oldest first. */
  posted: { path: string; body: string; headers: Record<string, unknown> }[]
}

/** A web site on this machine, with `capture.js`; other paths are empty pages with the script in them. */
export function useSite(): Site {
  const pages: Site['pages'] = new Map()
  const posted: Site['posted'] = []
  let port = 0
  // URLs of 20 kB are among what is tried.
  const server = createServer({ maxHeaderSize: 100_000 }, async (req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://x')
    if (req.method === 'POST') {
      let body = ''
      for await (const chunk of req) body += chunk
      posted.push({ path: pathname, body, headers: req.headers })
      res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>thanks')
      return
    }
    if (pathname === '/capture.js') {
      const { plain } = await captureScript()
      res.writeHead(200, { 'content-type': 'text/javascript' }).end(plain)
      return
    }
    const said = pages.get(pathname) ?? page('')
    const { html, headers = {}, afterMs = 0 } = typeof said === 'string' ? { html: said } : said
    if (afterMs > 0) await sleep(afterMs)
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
  })
  beforeAll(async () => {
    // Built once, and not inside the first test's time.
    await captureScript()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    server.closeAllConnections()
    return new Promise((done) => server.close(done))
  })
  return { url: (path, host = 'www.shop.test') => `http://${host}:${port}${path}`, pages, posted }
}

/** A whole page with the script in its head. */
export function page(
  body: string,
  { tag = '', before = '' }: { tag?: string; before?: string } = {},
): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${before}<script src="/capture.js" ${tag}></script>${body}`
}

/** What `closeback.get()` says on a page. */
export async function captured(page: Page): Promise<{
  consent: boolean | null
  touches: { at: string; pageUrl: string; referrer?: string }[]
  values: Record<string, string>
}> {
  return page.evaluate('closeback.get()')
}

/** The value of a field, once the script had time to fill it. */
export async function filled(page: Page, selector: string, value: string): Promise<void> {
  await page.waitForFunction(
    `document.querySelector(${JSON.stringify(selector)})?.value === ${JSON.stringify(value)}`,
    null,
    { timeout: 5000 },
  )
}
