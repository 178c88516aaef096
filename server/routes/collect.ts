import type { Request, Response } from 'express'
import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import { DAY, MINUTE } from '../../core/model/time.ts'
import { collect, VISIT_DAYS } from '../../core/pipeline/collect.ts'
import { readBody } from '../body.ts'
import type { Host } from '../host.ts'
import { visitorLimit } from '../rate-limits.ts'
import { issuesFrom } from './issues-from.ts'

/** Ten visits with the longest click ids there are. */
const MAX_BODY_BYTES = 64_000

const Page = z.string().max(3000)

/** What capture.js posts. */
const Told = z.strictObject({
  visitor: z.string().regex(/^[0-9a-f]{32}$/, 'use 32 hex digits'),
  touches: z
    .array(z.strictObject({ at: z.iso.datetime(), pageUrl: Page, referrer: Page.optional() }))
    .max(10)
    .default([]),
  email: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'use SHA-256 as 64 hex digits')
    .optional(),
})

/**
 * `POST /collect`: visits from the pages of the sites that the settings list. Off without them. Reads no cookie, sets none,
 * and says nothing but 204.
 */
export function postCollect({ closeback }: Host) {
  const { store, ledger } = closeback
  const limit = visitorLimit(() => store.current.workspace.capture?.requestsPerMinute ?? 0)
  return async (req: Request, res: Response): Promise<void> => {
    const { capture } = store.current.workspace
    if (!capture) {
      throw new ClosebackError('not_found', 'This host takes no visits.', {
        remedy: 'List the sites under capture.origins in the settings.',
      })
    }
    const { origin = '' } = req.headers
    if (!capture.origins.includes(origin)) {
      throw new ClosebackError('forbidden', 'Pages of this site may not tell of visits.', {
        remedy: 'Add the site to capture.origins in the settings, as https://www.shop.example.',
      })
    }
    // Else the browser calls the answer an error, on the site's own console.
    res.setHeader('cross-origin-resource-policy', 'cross-origin')
    await limit(req, res)
    const { visitor, touches, email = null } = readTold(await readBody(req, MAX_BODY_BYTES))
    const now = ledger.now()
    const visits = touches.map(({ at, pageUrl, referrer = null }) => ({
      at: Date.parse(at),
      pageUrl,
      referrer,
    }))
    // A clock that is far off tells nothing of when.
    const told = visits.filter(({ at }) => at < now + 5 * MINUTE && at > now - VISIT_DAYS * DAY)
    await collect(ledger, { visitor, touches: told, email })
    res.writeHead(204).end()
  }
}

function readTold(bytes: Buffer): z.infer<typeof Told> {
  let said: unknown
  try {
    said = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new ClosebackError('invalid', 'The body is not JSON.', { remedy: 'Send one JSON object.' })
  }
  const read = Told.safeParse(said)
  if (read.success) return read.data
  throw new ClosebackError('invalid', 'The body is not what capture.js sends.', {
    remedy: 'Correct what is listed.',
    issues: issuesFrom(read.error, 'body'),
  })
}
