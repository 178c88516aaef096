import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'
import { ProblemShape } from './shapes.ts'

/** The routes that browsers of visitors call, for the document. */
export const CAPTURE_ROUTES = {
  'GET /capture.js': {
    operationId: 'captureScript',
    summary: 'The script that brings the click to the form',
    description: 'For a script tag on every page; docs/capture.md has the settings.',
    security: [],
    responses: {
      200: { description: 'JavaScript', content: { 'text/javascript': { schema: z.string() } } },
      304: { description: 'the one that is there already' },
    },
  },
  'POST /collect': {
    operationId: 'collect',
    summary: 'Takes visits from the pages of the sites that the settings list',
    description:
      'What capture.js posts with `data-collect`: visits by a random number of the visitor, and the SHA-256 of the e-mail address once a form was sent. Off until `capture.origins` lists sites. Reads and sets no cookie.',
    security: [],
    requestParams: { header: z.object({ origin: z.string().describe('one of capture.origins') }) },
    requestBody: { required: true, content: { 'text/plain': { schema: z.string() } } },
    responses: {
      204: { description: 'kept' },
      ...Object.fromEntries(
        [400, 403, 404, 408, 413, 415, 429, 500, 503].map((status) => [
          status,
          { description: 'refused', content: { 'application/problem+json': { schema: ProblemShape } } },
        ]),
      ),
    },
  },
} satisfies Record<string, ZodOpenApiOperationObject>
