import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import { checkPage } from '../capture/check-page.ts'
import { allowedUrl } from '../guarded-request.ts'
import { FindingShape } from '../openapi/source-shapes.ts'
import { operation } from './operation.ts'

const Page = z.url({ protocol: /^https?$/ }).max(2000)

/** A browser takes half a processor and 200 MB: one at a time. */
let isRunning = false

export const checkCapture = operation({
  route: 'POST /api/v1/capture/check',
  id: 'checkCapture',
  summary: 'Follows a click through a page to its form, and tells where it was lost',
  description:
    'In a browser where this host has one; takes up to a minute and submits nothing. The page must be public, unless the operator allows private ones.',
  body: z.strictObject({
    url: Page.describe('where the ad leads'),
    form: Page.nullable().default(null).describe('the page with the form, where it is not found by itself'),
  }),
  answers: {
    200: {
      description: 'what was found, step by step',
      schema: z.object({
        ok: z.boolean(),
        findings: z.array(FindingShape),
        screenshot: z.string().nullable().describe('PNG in base64: the page where it ended'),
      }),
    },
  },
  async act({ body: { url, form } }, { closeback: { config } }) {
    const guard = { allowPrivate: config.allowPrivateUrls }
    for (const each of [url, form ?? url]) allowedUrl(each, guard)
    if (isRunning) {
      throw new ClosebackError('unavailable', 'Another page is being looked at.', {
        remedy: 'Try again in a minute.',
      })
    }
    isRunning = true
    try {
      const { ok, findings, screenshot } = await checkPage({ url, form, ...guard, env: config.env })
      return { status: 200, body: { ok, findings, screenshot: screenshot?.toString('base64') ?? null } }
    } finally {
      isRunning = false
    }
  },
})
