import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import { checkPage, type PageCheck } from '../capture/check-page.ts'
import type { Finding } from '../commands/finding.ts'
import type { Config } from '../config.ts'
import { allowedUrl } from '../guarded-request.ts'
import { FindingShape } from '../openapi/source-shapes.ts'
import { operation } from './operation.ts'

const Page = z.url({ protocol: /^https?$/, error: 'is not a whole address, with https://' }).max(2000)

/** One page that is being looked at, and what was found so far. */
interface Running {
  url: string
  form: string | null
  findings: Finding[]
  done: Promise<PageCheck>
}

/** A browser takes half a processor and 200 MB: one at a time. */
let running: Running | null = null

export const checkCapture = operation({
  route: 'POST /api/v1/capture/check',
  id: 'checkCapture',
  summary: 'Follows a click through a page to its form, and tells where it was lost',
  description:
    'In a browser where this host has one; takes up to a minute and submits nothing. Whoever asks for a page that is being looked at gets the same answer. The page must be public, unless the operator allows private ones.',
  body: z.strictObject({
    url: Page.describe('where the ad leads'),
    form: Page.nullable().default(null).describe('the page with the form, where it is not found by itself'),
  }),
  answers: {
    200: {
      description: 'what was found, step by step',
      schema: z.object({
        ok: z.boolean(),
        hasBrowser: z.boolean().describe('without one on this host nothing was looked at'),
        findings: z.array(FindingShape),
        screenshot: z.string().nullable().describe('PNG in base64: the page where it ended'),
      }),
    },
  },
  async act({ body: { url, form } }, { closeback: { config } }) {
    for (const [field, each] of Object.entries({ url, form })) if (each !== null) allow(field, each, config)
    if (running !== null && (running.url !== url || running.form !== form)) {
      throw new ClosebackError('unavailable', 'Another page is being looked at.', {
        remedy: 'Try again in a minute.',
      })
    }
    running ??= start(url, form, config)
    const { screenshot, ...found } = await running.done
    return { status: 200, body: { ...found, screenshot: screenshot?.toString('base64') ?? null } }
  },
})

export const watchCaptureCheck = operation({
  route: 'GET /api/v1/capture/check',
  id: 'watchCaptureCheck',
  summary: 'What was found so far on the page that is being looked at',
  answers: {
    200: {
      description: 'the steps that are known',
      schema: z.object({
        running: z
          .object({ url: z.string(), form: z.string().nullable(), findings: z.array(FindingShape) })
          .nullable(),
      }),
    },
  },
  async act() {
    if (running === null) return { status: 200, body: { running: null } }
    const { url, form, findings } = running
    return { status: 200, body: { running: { url, form, findings } } }
  },
})

function start(url: string, form: string | null, { allowPrivateUrls, env }: Config): Running {
  const findings: Finding[] = []
  const tell = (finding: Finding) => void findings.push(finding)
  const done = checkPage({ url, form, allowPrivate: allowPrivateUrls, env, tell }).finally(() => {
    running = null
  })
  return { url, form, findings, done }
}

/** The same refusal as everywhere, at the field it is about. */
function allow(field: string, url: string, { allowPrivateUrls }: Config): void {
  try {
    allowedUrl(url, { allowPrivate: allowPrivateUrls })
  } catch (error) {
    if (!(error instanceof ClosebackError)) throw error
    const { message, remedy } = error
    throw new ClosebackError('invalid', message, {
      remedy,
      issues: [{ path: `body/${field}`, message, remedy }],
    })
  }
}
