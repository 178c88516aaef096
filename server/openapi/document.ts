import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { PERMISSIONS, type Permission } from '../auth/permissions.ts'
import { OPERATIONS } from '../routes/index.ts'
import type { Answer, Operation } from '../routes/operation.ts'
import { CAPTURE_ROUTES } from './capture-routes.ts'
import { GroupAnswer, LastAnswer, NothingReceived, ProblemShape, Received } from './shapes.ts'
import { TAGS, tagOf } from './tags.ts'

type Document = ReturnType<typeof createDocument>

/** The API in OpenAPI 3.1, made of the same objects that are mounted. */
export function openApiDocument(): Document {
  const paths: ZodOpenApiPathsObject = {}
  const add = (route: string, said: ZodOpenApiOperationObject) => {
    const [method = '', path = ''] = route.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: { tags: [tagOf(path)], ...said } }
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
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'closeback',
          description:
            'a person signed in to the console; their role decides, and changes repeat the csrf of GET /api/v1/session as x-csrf-token',
        },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description:
            'Standard Webhooks: with webhook-id and webhook-timestamp, by the secret of the source',
        },
      },
    },
    tags: [...new Set(TAGS.map(([, name]) => name))].map((name) => ({ name })),
    paths,
  })
}

const PROBLEM = { content: { 'application/problem+json': { schema: ProblemShape } } }

const REFUSALS: Record<number, string> = {
  400: 'the request is not right',
  401: 'no key, or one that does not work',
  403: 'the role of the key may not do this',
  404: 'there is none',
  408: 'the body did not come in time',
  413: 'the body is too large',
  415: 'a content type or encoding that is not taken',
  429: 'too many requests; try again after Retry-After',
  500: 'something went wrong on our side',
  503: 'cannot now; try again after Retry-After',
}

function describe(said: Operation): ZodOpenApiOperationObject {
  const permission: Permission = PERMISSIONS[said.route]
  const roles = Array.isArray(permission) ? permission : null
  const body = bodyOf(said)
  const refused = [400, ...(roles ? [401, 403] : []), ...(body ? [408, 413, 415] : []), 500, 503]
  const answers = Object.entries(said.answers).map(([status, answer]) => [status, response(+status, answer)])
  const responses = Object.fromEntries([...refused.map((status) => [status, refusal(status)]), ...answers])
  return {
    operationId: said.id,
    summary: said.summary,
    description: [said.description, roles && `Roles: ${roles.join(', ')}.`].filter(Boolean).join('\n\n'),
    security: roles ? [{ apiKey: [] }, { session: [] }] : [],
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
  ...CAPTURE_ROUTES,
  'GET /': {
    operationId: 'startPage',
    summary: 'The console',
    security: [],
    responses: { 200: { description: 'HTML', content: { 'text/html': { schema: z.string() } } } },
  },
  'GET /assets/{file}': {
    operationId: 'consoleFile',
    summary: 'A file of the console',
    security: [],
    requestParams: { path: z.object({ file: z.string() }) },
    responses: {
      200: { description: 'its name says what is in it, so it never changes' },
      404: refusal(404),
    },
  },
  'GET /oauth/tiktok/callback': {
    operationId: 'endConsent',
    summary: 'Where TikTok sends the browser back after a consent',
    security: [{ session: [] }],
    requestParams: { query: z.object({ state: z.string().optional(), auth_code: z.string().optional() }) },
    responses: { 303: { description: 'to the console, which says how it went' } },
  },
  'GET /api': {
    operationId: 'apiPage',
    summary: 'This document as a page for people',
    security: [],
    requestParams: {
      query: z.object({
        source: z.string().describe('the source whose request the page shows').optional(),
      }),
    },
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
  'POST /hooks/{adapter}/{source}': {
    operationId: 'receiveWebhook',
    summary: 'Takes messages about records that entered a stage',
    description:
      'One object, an array of up to 1000, or one object a line, up to 10 MB. Answered when every item is on disk; sending the same again is safe.\n\nWith an API key of the role `sender` for this source in place of the signature, `application/x-ndjson` may be endless: it is answered by one line for each group that is on disk, and a last one with `done: true`. Without that last line send again from behind `lines` of the last one.',
    security: [{ signature: [] }, { apiKey: [] }],
    requestParams: {
      path: z.object({
        adapter: z.string().describe('webhook, or the id of the adapter that the source names'),
        source: z.string(),
      }),
      header: z.object({
        'webhook-id': z.string().optional(),
        'webhook-timestamp': z.string().optional(),
        'webhook-signature': z.string().optional(),
      }),
    },
    requestBody: {
      required: true,
      content: { 'application/json': { schema: z.json() }, 'application/x-ndjson': { schema: z.string() } },
    },
    responses: {
      202: {
        description: 'every item was read, results in the order of the body; or a stream, line by line',
        headers: z.object({
          'closeback-ingest': z.string().describe('the id of a stream, for /api/v1/ingests/{id}').optional(),
        }),
        content: {
          'application/json': { schema: Received },
          'application/x-ndjson': { schema: z.union([GroupAnswer, LastAnswer]) },
        },
      },
      207: {
        description: 'some items cannot be read; the others are kept',
        content: { 'application/json': { schema: Received } },
      },
      400: {
        description: 'nothing of the body can be read',
        content: { 'application/problem+json': { schema: z.union([NothingReceived, ProblemShape]) } },
      },
      401: { description: 'the signature or the key is missing, wrong or too old', ...PROBLEM },
      403: { description: 'the key is not for sending to this source', ...PROBLEM },
      404: { description: 'there is no such webhook source', ...PROBLEM },
      408: refusal(408),
      413: refusal(413),
      415: refusal(415),
      429: refusal(429),
      500: refusal(500),
      503: { description: 'not everything could be stored; send the same again later', ...PROBLEM },
    },
  },
  'POST /hooks/{adapter}/{source}/{below}': {
    operationId: 'receiveBelow',
    summary: 'The same, for CRMs that post to more than one address or put a secret into the path',
    security: [{ signature: [] }],
    requestParams: {
      path: z.object({
        adapter: z.string().describe('hubspot, salesforce, or an adapter of your own'),
        source: z.string(),
        below: z.string().describe('hubspot: action; salesforce: the token of the source'),
      }),
    },
    requestBody: {
      required: true,
      content: { 'application/json': { schema: z.json() }, 'text/xml': { schema: z.string() } },
    },
    responses: {
      200: { description: 'everything is on disk; the body is what this CRM expects' },
      400: { description: 'nothing of the body can be read', ...PROBLEM },
      401: { description: 'the signature or the token is missing, wrong or too old', ...PROBLEM },
      404: { description: 'there is no such address', ...PROBLEM },
      408: refusal(408),
      413: refusal(413),
      415: refusal(415),
      429: refusal(429),
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
  'GET /metrics': {
    operationId: 'metrics',
    summary: 'What this host counted, and what waits in the ledger, for Prometheus',
    description: `Roles: ${PERMISSIONS['GET /metrics'].join(', ')}.`,
    security: [{ apiKey: [] }],
    responses: {
      200: { description: 'Prometheus text format 0.0.4', content: { 'text/plain': { schema: z.string() } } },
      401: refusal(401),
      403: refusal(403),
      500: refusal(500),
      503: refusal(503),
    },
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
