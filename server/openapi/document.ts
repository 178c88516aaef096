import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { PERMISSIONS, type Permission } from '../auth/permissions.ts'
import { OPERATIONS } from '../routes/index.ts'
import type { Answer, Operation } from '../routes/operation.ts'
import { NothingReceived, ProblemShape, Received } from './shapes.ts'

type Document = ReturnType<typeof createDocument>

/** The API in OpenAPI 3.1, made of the same objects that are mounted. */
export function openApiDocument(): Document {
  const paths: ZodOpenApiPathsObject = {}
  const add = (route: string, said: ZodOpenApiOperationObject) => {
    const [method = '', path = ''] = route.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: said }
  }
  for (const [route, said] of Object.entries(PLAIN_ROUTES)) add(route, said)
  for (const operation of OPERATIONS) add(operation.route, describe(operation))
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Closeback',
      version: version(),
      description:
        'Sends closed revenue back to TikTok. Times are ISO 8601 in UTC; money is `{"amount":"4200.00","currency":"USD"}`. Errors are `application/problem+json` (RFC 9457).',
    },
    servers: [{ url: '/' }],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'an API key; its role decides' },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description:
            'Standard Webhooks: with webhook-id and webhook-timestamp, by the secret of the source',
        },
      },
    },
    paths,
  })
}

const PROBLEM = { content: { 'application/problem+json': { schema: ProblemShape } } }

const REFUSALS: Record<number, string> = {
  400: 'the request is not right',
  401: 'no key, or one that does not work',
  403: 'the role of the key may not do this',
  413: 'the body is too large',
  415: 'a content type or encoding that is not taken',
  500: 'something went wrong on our side',
  503: 'cannot now; try again after Retry-After',
}

function describe(said: Operation): ZodOpenApiOperationObject {
  const permission: Permission = PERMISSIONS[said.route]
  const roles = Array.isArray(permission) ? permission.join(', ') : ''
  const body = bodyOf(said)
  const refused = [400, 401, 403, ...(body ? [413, 415] : []), 500, 503]
  const answers = Object.entries(said.answers).map(([status, answer]) => [status, response(+status, answer)])
  const responses = Object.fromEntries([...refused.map((status) => [status, refusal(status)]), ...answers])
  return {
    operationId: said.id,
    summary: said.summary,
    description: [said.description, `Roles: ${roles}.`].filter(Boolean).join('\n\n'),
    security: [{ apiKey: [] }],
    requestParams: {
      ...(said.path && { path: said.path }),
      ...(said.query && { query: said.query }),
      ...(said.headers && { header: said.headers }),
    },
    ...(body && { requestBody: body }),
    responses,
  }
}

function bodyOf({ body, text }: Operation) {
  if (body) return { required: false, content: { 'application/json': { schema: body } } }
  if (!text) return null
  const { types, schema } = text
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) }
}

function refusal(status: number) {
  return { description: REFUSALS[status] ?? '', ...PROBLEM }
}

function response(status: number, { description, schema, headers }: Answer) {
  if (status >= 400) return { description, ...PROBLEM }
  return {
    description,
    ...(headers && { headers }),
    ...(schema && { content: { 'application/json': { schema } } }),
  }
}

const State = (...states: [string, ...string[]]) => ({
  content: { 'application/json': { schema: z.object({ status: z.enum(states) }) } },
})

/** Routes that are not made of operations: they must work, and be quick, whatever else is broken or busy. */
const PLAIN_ROUTES = {
  'GET /': {
    operationId: 'startPage',
    summary: 'A page that says where this is',
    security: [],
    responses: { 200: { description: 'HTML', content: { 'text/html': { schema: z.string() } } } },
  },
  'GET /api/v1/openapi.json': {
    operationId: 'openApi',
    summary: 'This document',
    security: [],
    responses: {
      200: {
        description: 'OpenAPI 3.1',
        content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
      },
    },
  },
  'POST /hooks/webhook/{source}': {
    operationId: 'receiveWebhook',
    summary: 'Takes signed messages about records that entered a stage',
    description:
      'One object, an array of up to 1000, or one object a line, up to 10 MB. Answered when every item is on disk; sending the same again is safe.',
    security: [{ signature: [] }],
    requestParams: {
      path: z.object({ source: z.string() }),
      header: z.object({
        'webhook-id': z.string(),
        'webhook-timestamp': z.string(),
        'webhook-signature': z.string(),
      }),
    },
    requestBody: {
      required: true,
      content: { 'application/json': { schema: z.json() }, 'application/x-ndjson': { schema: z.string() } },
    },
    responses: {
      202: {
        description: 'every item was read; results in the order of the body',
        content: { 'application/json': { schema: Received } },
      },
      207: {
        description: 'some items cannot be read; the others are kept',
        content: { 'application/json': { schema: Received } },
      },
      400: {
        description: 'nothing of the body can be read',
        content: { 'application/problem+json': { schema: z.union([NothingReceived, ProblemShape]) } },
      },
      401: { description: 'the signature is missing, wrong or too old', ...PROBLEM },
      404: { description: 'there is no such webhook source', ...PROBLEM },
      413: refusal(413),
      415: refusal(415),
      500: refusal(500),
      503: { description: 'not everything could be stored; send the same again later', ...PROBLEM },
    },
  },
  'GET /healthz': {
    operationId: 'healthz',
    summary: 'The process lives',
    security: [],
    responses: { 200: { description: 'it does', ...State('ok') } },
  },
  'GET /readyz': {
    operationId: 'readyz',
    summary: 'The ledger answers within a second',
    security: [],
    responses: {
      200: { description: 'ready', ...State('ready') },
      503: { description: 'not now', ...State('unavailable') },
    },
  },
} satisfies Record<string, ZodOpenApiOperationObject>

function version(): string {
  // The package stands two directories above server/openapi in a checkout and three above dist/server/openapi.
  const up = import.meta.url.includes('/dist/') ? '../../../package.json' : '../../package.json'
  return JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')).version
}
