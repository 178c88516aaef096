import type { OPERATIONS } from '../../routes/index.ts'

/**
 * The API as its own operations describe it: route, parameters, body and answers are the types of the objects that the
 * host mounts, so that the console cannot ask for what there is not.
 */
type Operations = (typeof OPERATIONS)[number]
export type RouteName = Operations['route']

type Find<Route extends RouteName, One = Operations> = One extends { route: infer Its }
  ? Route extends Its
    ? One
    : never
  : never
type Takes<Route extends RouteName> = NonNullable<Find<Route>['takes']>

type SchemaOf<Answer> = Answer extends { schema: { _zod: { output: infer Output } } } ? Output : never
type Answers<Route extends RouteName> = Find<Route>['answers']
/** What a call resolves to: the body of the 200, 201 or 202. */
export type Answer<Route extends RouteName> =
  | (Answers<Route> extends { 200: infer Ok } ? SchemaOf<Ok> : never)
  | (Answers<Route> extends { 201: infer Made } ? SchemaOf<Made> : never)
  | (Answers<Route> extends { 202: infer Begun } ? SchemaOf<Begun> : never)

export interface Said<Route extends RouteName> {
  path?: { [Name in keyof Takes<Route>['path']]: string | number }
  query?: { [Name in keyof Takes<Route>['query']]?: string | number | undefined }
  body?: Takes<Route>['body']
  headers?: Record<string, string>
}

export interface Issue {
  path: string
  message: string
  remedy?: string | undefined
}

/** What the API says when it does not do it, in its own words. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly remedy: string
  readonly issues: readonly Issue[]

  constructor(said: { status: number; code: string; detail: string; remedy: string; errors?: Issue[] }) {
    super(said.detail)
    this.status = said.status
    this.code = said.code
    this.remedy = said.remedy
    this.issues = said.errors ?? []
  }

  /** What is wrong with one field of the body, if anything. */
  at(field: string): string | undefined {
    return this.issues.find(({ path }) => path.replace(/^body\//, '') === field)?.message
  }
}

let csrf: string | null = null

/** The token of the session, which every change repeats. */
export function keepCsrf(token: string | null): void {
  csrf = token
}

/** Called when the session ended under us. */
let onSignedOut = () => {}
export function whenSignedOut(act: () => void): void {
  onSignedOut = act
}

/** The address of something on this host, below whatever path it stands. */
function hostUrl(path: string): string {
  return new URL(path.replace(/^\//, ''), document.baseURI).href
}

/** Calls one operation. Throws ApiProblem for whatever else than what it should answer. */
export async function call<Route extends RouteName>(
  route: Route,
  { path = {} as never, query = {} as never, body, headers }: Said<Route> = {},
): Promise<Answer<Route>> {
  const [method = 'GET', pattern = ''] = route.split(' ')
  const url = new URL(
    hostUrl(
      pattern.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(Reflect.get(path, name)))),
    ),
  )
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value))
  }
  const answer = await fetch(url, {
    method,
    credentials: 'same-origin',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && csrf !== null && { 'x-csrf-token': csrf }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiProblem({
      status: 0,
      code: 'unreachable',
      detail: 'Closeback does not answer.',
      remedy: 'Check that it runs and that you are connected; this page tries again by itself.',
    })
  })
  const text = await answer.text()
  const said = text === '' ? null : JSON.parse(text)
  if (answer.ok) return said
  if (answer.status === 401 && route !== 'POST /api/v1/session' && route !== 'POST /api/v1/owner')
    onSignedOut()
  throw new ApiProblem(said)
}
