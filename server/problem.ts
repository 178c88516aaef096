import type { Response } from 'express'
import { SignatureError } from '../core/adapter.ts'
import { ClosebackError, type ErrorCode, type Issue } from '../core/model/errors.ts'
import { RateLimited } from './rate-limits.ts'

/** An error as RFC 9457 tells it. `code`, `remedy` and `errors` are ours. */
export interface Problem {
  type: 'about:blank'
  title: string
  status: number
  detail: string
  code: ErrorCode | 'internal' | 'too_many' | 'too_slow'
  remedy: string
  errors?: Issue[]
}

const STATUS: Record<ErrorCode, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  unavailable: 503,
  config: 500,
}

const TITLE: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Seconds after which a sender may try again when we could not. */
const RETRY_AFTER = '30'

/** Everything that can be thrown, as the caller may see it: what is not ours becomes one generic text. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RateLimited) return problem(429, 'too_many', error.message, error)
  const known = knownOf(error)
  if (known === null || known.code === 'config') {
    return problem(500, 'internal', 'Something went wrong on our side.', {
      remedy: 'Try again; if it stays, the log of this host says what happened.',
    })
  }
  return problem(STATUS[known.code], known.code, known.message, known)
}

/** The same problem under another status, where HTTP has a more exact one. */
export function problem(
  status: number,
  code: Problem['code'],
  detail: string,
  { remedy, issues = [] }: { remedy: string; issues?: readonly Issue[] },
): Problem {
  const errors = issues.length > 0 ? { errors: [...issues] } : {}
  return { type: 'about:blank', title: TITLE[status] ?? 'Error', status, detail, code, remedy, ...errors }
}

function knownOf(error: unknown): ClosebackError | null {
  if (error instanceof ClosebackError) return error
  if (error instanceof SignatureError) {
    return new ClosebackError('unauthorized', error.message, {
      remedy: 'Check the signing secret of this source and how the request is signed.',
    })
  }
  // What Express itself refuses: a path that cannot be decoded.
  const status = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined
  if (status === 400) {
    return new ClosebackError('invalid', 'The request cannot be read.', {
      remedy: 'Check that the path is valid percent-encoded UTF-8.',
    })
  }
  return null
}

/** Answers with a problem. Members of `extra` stand beside the standard ones. */
export function sendProblem(res: Response, said: Problem, extra: object = {}): void {
  if (said.status === 401 && !res.hasHeader('www-authenticate')) {
    res.setHeader('www-authenticate', 'Bearer realm="closeback"')
  }
  if (said.status === 503) res.setHeader('retry-after', RETRY_AFTER)
  sendJson(res, said.status, { ...said, ...extra }, 'application/problem+json')
}

/** Writes the answer in one go: no ETag is computed and no header negotiated, which halves the cost of a small answer. */
export function sendJson(res: Response, status: number, body: object, type = 'application/json'): void {
  const text = JSON.stringify(body)
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  res.end(text)
}
