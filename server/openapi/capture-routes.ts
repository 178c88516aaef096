import { z } from 'zod'
import type { ZodOpenApiOperationObject } from 'zod-openapi'

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
} satisfies Record<string, ZodOpenApiOperationObject>
