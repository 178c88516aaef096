import type { Request, Response } from 'express'
import { captureScript } from '../capture/script.ts'

/** Pages ask again after an hour, and meanwhile use what they have: a new version reaches everybody within a day. */
const CACHE = 'public, max-age=3600, stale-while-revalidate=86400'

/** `GET /capture.js`: for pages of any site. */
export async function getCaptureScript(req: Request, res: Response): Promise<void> {
  const { plain, gzipped, etag } = await captureScript()
  const isZipped = /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''))
  const body = isZipped ? gzipped : plain
  res.setHeader('cache-control', CACHE)
  res.setHeader('etag', etag)
  res.setHeader('vary', 'accept-encoding')
  // The other headers forbid other sites to use it.
  res.setHeader('cross-origin-resource-policy', 'cross-origin')
  res.setHeader('access-control-allow-origin', '*')
  if (req.headers['if-none-match']?.includes(etag)) return void res.writeHead(304).end()
  res.setHeader('content-type', 'text/javascript; charset=utf-8')
  res.setHeader('content-length', body.length)
  if (isZipped) res.setHeader('content-encoding', 'gzip')
  res.writeHead(200).end(body)
}
