import type { Express, Request, Response } from 'express'
import type { z } from 'zod'
import type { Role } from '../../core/ledger/api-keys.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { authenticate } from '../auth/authenticate.ts'
import { PERMISSIONS, type RouteName } from '../auth/permissions.ts'
import { readBody } from '../body.ts'
import type { Host } from '../host.ts'
import { sendJson } from '../problem.ts'
import { issuesFrom } from './issues-from.ts'

/** Far above any request of the API; the workspace is the largest, and its own limit is the same. */
const MAX_BODY_BYTES = 1_000_000

/** One answer an operation may give, for the OpenAPI document and for the tests that hold answers against it. */
export interface Answer {
  description: string
  schema?: z.ZodType
  headers?: z.ZodObject
}

/** What an operation is called with, checked. */
export interface Call<Path, Query, Body> {
  path: Path
  query: Query
  body: Body
  /** Id of the caller's API key, or of the person, for the journal; `null` where nobody is asked. */
  actor: string | null
  /** What the caller may do; `null` where nobody is asked. */
  role: Role | null
  /** The only source the caller may see; `null` for all. */
  source: string | null
  req: Request
  /** For headers that stand whatever is answered; the answer itself is what `act` returns. */
  res: Response
}

/** What it answers: the body is JSON, `null` for none. */
export interface Reply {
  status: number
  body: object | null
  headers?: Record<string, string>
}

/** One route of the API: the same object is mounted and described. */
export interface Operation<Path = unknown, Query = unknown, Body = unknown> {
  route: RouteName
  id: string
  summary: string
  description?: string
  path?: z.ZodType<Path> & z.ZodObject
  query?: z.ZodType<Query> & z.ZodObject
  headers?: z.ZodObject
  /** A JSON body; an empty one counts as `{}`. */
  body?: z.ZodType<Body>
  /** Or a body that the operation reads itself, of these content types. */
  text?: { types: readonly string[]; schema: z.ZodType; read: (text: string) => Body }
  answers: Record<number, Answer>
  act(call: Call<Path, Query, Body>, host: Host): Promise<Reply>
}

/** An operation as the console's client knows it: the types of what it takes and of its answers (see server/ui/api/client.ts). */
export interface TypedOperation<
  Route extends RouteName,
  Answers extends Record<number, Answer>,
  Path,
  Query,
  Body,
> extends Operation {
  route: Route
  answers: Answers
  /** Never there: it only carries types. */
  takes?: { path: Path; query: Query; body: Body }
}

/** Keeps the types of one operation while it is written, and what the console has to know of them for the list. */
export function operation<
  const Route extends RouteName,
  Answers extends Record<number, Answer>,
  Path extends z.ZodObject = z.ZodObject<z.core.$ZodShape>,
  Query extends z.ZodObject = z.ZodObject<z.core.$ZodShape>,
  Body extends z.ZodType = z.ZodType<string>,
>(
  said: Omit<
    Operation<z.output<Path>, z.output<Query>, z.output<Body>>,
    'route' | 'answers' | 'path' | 'query' | 'body'
  > & { route: Route; answers: Answers; path?: Path; query?: Query; body?: Body },
): TypedOperation<Route, Answers, z.input<Path>, z.input<Query>, z.input<Body>> {
  return said as unknown as TypedOperation<Route, Answers, z.input<Path>, z.input<Query>, z.input<Body>>
}

/** `/deliveries/{id}` as Express writes it. */
function expressPath(route: string): { method: 'get' | 'post' | 'put' | 'delete'; path: string } {
  const [method = '', path = ''] = route.split(' ')
  return {
    method: method.toLowerCase() as 'get' | 'post' | 'put' | 'delete',
    path: path.replaceAll(/\{(\w+)\}/g, ':$1'),
  }
}

/** Mounts an operation: who calls is settled before a byte of the body is read. */
export function mountOperation(app: Express, host: Host, said: Operation): void {
  const { method, path } = expressPath(said.route)
  const permission = PERMISSIONS[said.route]
  app[method](path, async (req: Request, res: Response) => {
    res.setHeader('cache-control', 'no-store')
    const caller = Array.isArray(permission) ? await authenticate(host, req, res, permission) : null
    const call = {
      path: checked(said.path, { ...req.params }, 'path'),
      query: checked(said.query, { ...req.query }, 'query'),
      body: await bodyOf(said, req),
      actor: caller?.id ?? null,
      role: caller?.role ?? null,
      source: caller?.sourceId ?? null,
      req,
      res,
    }
    const { status, body, headers = {} } = await said.act(call, host)
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    host.closeback.pipeline.log.debug({ route: said.route, status, actor: call.actor }, 'api_answered')
    if (body === null) res.writeHead(status).end()
    else sendJson(res, status, body, status < 400 ? 'application/json' : 'application/problem+json')
  })
}

function checked(schema: z.ZodType | undefined, given: unknown, where: 'path' | 'query' | 'body'): unknown {
  if (!schema) return undefined
  const read = schema.safeParse(given)
  if (read.success) return read.data
  throw new ClosebackError('invalid', `The ${where} of the request is not right.`, {
    remedy: 'Correct what is listed; /api/v1/openapi.json describes every request.',
    issues: issuesFrom(read.error, where),
  })
}

async function bodyOf(said: Operation, req: Request): Promise<unknown> {
  if (!said.body && !said.text) return undefined
  const bytes = await readBody(req, MAX_BODY_BYTES)
  const type = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const types = said.text?.types ?? ['application/json']
  if (bytes.length === 0 && said.body) return checked(said.body, {}, 'body')
  if (!types.includes(type)) {
    throw new ClosebackError('unsupported', 'The content-type is not one this takes.', {
      remedy: `Send ${types.join(' or ')}.`,
    })
  }
  const text = decode(bytes)
  return said.text ? said.text.read(text) : checked(said.body, parse(text), 'body')
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ClosebackError('invalid', 'The body is not valid UTF-8.', { remedy: 'Send it in UTF-8.' })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The engine's message quotes the body.
    throw new ClosebackError('invalid', 'The body is not JSON.', { remedy: 'Send one JSON object.' })
  }
}
