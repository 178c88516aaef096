import { timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'
import { ClosebackError } from '../../core/model/errors.ts'

/** The header in which the console repeats what only its own pages can read. */
const CSRF_HEADER = 'x-csrf-token'

/** Throws `forbidden` for a request that a page of another site made. Programs say no origin and pass. */
export function refuseOtherSites(req: Request, publicUrl: string): void {
  const { origin, host } = req.headers
  const site = req.headers['sec-fetch-site']
  const own = origin === undefined || isOwn(origin, host, publicUrl)
  if (own && (site === undefined || site === 'same-origin' || site === 'none')) return
  throw new ClosebackError('forbidden', 'This request was made by another site.', {
    remedy: 'Open the console at its own address, and do it there.',
  })
}

/** Throws `forbidden` unless the request repeats the token of its session. */
export function refuseForged(req: Request, publicUrl: string): void {
  refuseOtherSites(req, publicUrl)
  const given = Buffer.from(String(req.headers[CSRF_HEADER] ?? ''))
  const wanted = Buffer.from(req.session.csrf ?? '')
  if (wanted.length > 0 && given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new ClosebackError('forbidden', 'This request does not come from a page of the console.', {
    remedy: 'Load the page again, then repeat it.',
  })
}

function isOwn(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false
  const said = new URL(origin)
  return said.host === host || said.origin === new URL(publicUrl).origin
}
