import { expect } from 'vitest'
import { ProblemShape } from '../../../server/openapi/shapes.ts'
import { OPERATIONS } from '../../../server/routes/index.ts'
import type { Operation } from '../../../server/routes/operation.ts'

export interface Answered {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is what it asserts
  json: any
}

/** Calls one operation of the API and holds its answer against what the OpenAPI document says of it. */
export async function ask(
  url: string,
  route: string,
  {
    key,
    body,
    headers,
    raw,
  }: { key?: string; body?: unknown; headers?: Record<string, string>; raw?: string } = {},
): Promise<Answered> {
  const [method = '', path = ''] = route.split(' ')
  const sent = raw ?? (body === undefined ? null : JSON.stringify(body))
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(sent !== null && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent !== null && { body: sent }),
  })
  const text = await answer.text()
  const json = text === '' ? null : JSON.parse(text)
  expectDescribed(method, path, answer.status, json, answer.headers)
  return { status: answer.status, headers: answer.headers, json }
}

/** Every member is described, and every described one is there. */
function expectDescribed(
  method: string,
  path: string,
  status: number,
  json: unknown,
  headers: Headers,
): void {
  if (status >= 400) {
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(ProblemShape.parse(json)).toEqual(json)
    return
  }
  const [bare = ''] = path.split('?')
  const operation = (OPERATIONS as readonly Operation[]).find(({ route }) => {
    const [verb, pattern = ''] = route.split(' ')
    return (
      verb === method && new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`/api/v1${bare}`)
    )
  })
  const answer = operation?.answers[status]
  expect(answer, `${method} ${path} may answer ${status}`).toBeDefined()
  if (answer?.schema) expect(answer.schema.parse(json)).toEqual(json)
  else expect(json).toBeNull()
}
