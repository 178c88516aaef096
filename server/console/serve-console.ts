import { randomBytes } from 'node:crypto'
import type { Express, NextFunction, Request, Response } from 'express'
import type { Host } from '../host.ts'
import { startPage } from '../routes/start-page.ts'
import { openBundle } from './bundle.ts'

const YEAR_S = 31_536_000

/**
 * The console: its files, and its one page at every address that is nothing else. Nothing written into the page runs; the
 * few styles that Mantine makes carry the nonce of this very answer.
 */
export function serveConsole(app: Express, host: Host): void {
  const bundle = openBundle()

  app.get('/assets/:file', async (req: Request, res: Response, next: NextFunction) => {
    const file = await bundle.asset(String(req.params.file))
    if (file === null) return next()
    const encoding =
      (['br', 'gzip', 'identity'] as const).find((each) => req.acceptsEncodings(each)) ?? 'identity'
    const bytes = file.encoded[encoding]
    res.writeHead(200, {
      'content-type': file.type,
      'content-length': bytes.length,
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
      vary: 'accept-encoding',
      'cache-control': `public, max-age=${YEAR_S}, immutable`,
    })
    res.end(bytes)
  })

  app.get('/', (_req, res) => page(res))
  app.use((req, res, next) => {
    if (isPage(req)) void page(res).catch(next)
    else next()
  })

  async function page(res: Response): Promise<void> {
    const text = await bundle.page()
    if (text === null) return startPage(res)
    const nonce = randomBytes(16).toString('base64')
    const base = `${new URL(host.publicUrl()).pathname.replace(/\/+$/, '')}/`
    const body = text.replace('%NONCE%', nonce).replace('<base href="/"', `<base href="${base}"`)
    res.setHeader('content-security-policy', policy(nonce))
    res.setHeader('cache-control', 'no-store')
    res.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    })
    res.end(body)
  }
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** What a browser asks for when somebody goes to an address; not what a program asks. */
function isPage({ method, headers, path }: Request): boolean {
  const isNavigation = headers['sec-fetch-dest'] === 'document' || /\btext\/html\b/.test(headers.accept ?? '')
  return method === 'GET' && isNavigation && !/^\/(api|hooks|oauth|assets|metrics)(\/|$)/i.test(path)
}
