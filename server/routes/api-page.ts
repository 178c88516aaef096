import { hash } from 'node:crypto'
import type { Request, Response } from 'express'
import { apiPage } from '../api-page/page.ts'
import { STYLE } from '../api-page/style.ts'
import type { Host } from '../host.ts'

/** Nothing is loaded, nothing runs: one style, known by its digest, and a form that asks this page again. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `GET /api`. Made when first asked for, as the document it is made of. */
export function apiPageRoute(host: Host) {
  let made: ReturnType<typeof apiPage> | null = null
  return (req: Request, res: Response): void => {
    made ??= apiPage()
    const { source } = req.query
    const page = made(host.publicUrl(), typeof source === 'string' && source !== '' ? source : null)
    res.setHeader('content-security-policy', POLICY)
    res.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(page),
    })
    res.end(page)
  }
}
