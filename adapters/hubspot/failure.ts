import { ClosebackError } from '../../core/model/errors.ts'
import { looksPersonal } from '../../core/model/page-url.ts'
import { LOCKED_MS } from './constants.ts'

/** What an answer of HubSpot that is no success means. */
export type FailureKind =
  | 'daily'
  | 'burst'
  | 'search'
  | 'locked'
  | 'migrating'
  | 'token'
  | 'scopes'
  | 'refused'
  | 'missing'
  | 'server'
  | 'network'
  | 'timeout'

export interface Failure {
  kind: FailureKind
  /** HTTP status; `null` when no answer came. */
  status: number | null
  /** Fit to be shown and logged: HubSpot's own message without anything that reads personal. */
  message: string
  /** How long HubSpot asked to wait, or how long this kind needs; `null` where it is for the caller to choose. */
  waitMs: number | null
  /** HubSpot's id of the request, for its support. */
  correlationId: string | null
  /** Scopes that would have been needed, where HubSpot names them. */
  scopes: string[]
}

/** Thrown when our own time-out ended a request; the client has none. */
export class RequestTimeout extends Error {}

/** An answer as both ways into the client give it: an exception of generated code, or a response read by us. */
interface Answer {
  code: number
  body: unknown
  headers: Record<string, string>
}

/**
 * Classifies whatever the client threw. Its own message repeats body and headers, so nothing of it is kept; each part of
 * the client has an exception class of its own, so the shape is looked at, not the class.
 */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof RequestTimeout) return silent('timeout', 'HubSpot did not answer in time.')
  if (!isAnswer(thrown)) return silent('network', `HubSpot could not be reached (${networkCode(thrown)}).`)
  const { code: status, headers } = thrown
  const body = bodyOf(thrown.body)
  const told = textOf(body.message)
  const retryAfter = secondsOf(headers['retry-after'])
  const kind = kindOf(status, body)
  return {
    kind,
    status,
    message: told === null || looksPersonal(told) ? `HubSpot answered ${status}.` : short(told),
    waitMs: retryAfter ?? WAIT_MS[kind] ?? null,
    correlationId: textOf(body.correlationId) ?? headers['x-hubspot-correlation-id'] ?? null,
    scopes: scopesOf(body),
  }
}

const WAIT_MS: Partial<Record<FailureKind, number>> = { burst: 10_000, search: 1000, locked: LOCKED_MS }

function kindOf(status: number, body: Record<string, unknown>): FailureKind {
  if (status === 429) {
    // The body may be HTML: then it came from in front of HubSpot, and a burst is the likely reason.
    if (body.policyName === 'DAILY') return 'daily'
    return body.policyName === 'SECONDLY' ? 'search' : 'burst'
  }
  if (status === 401) return 'token'
  if (status === 403) return 'scopes'
  if (status === 404) return 'missing'
  if (status === 423) return 'locked'
  if (status === 477) return 'migrating'
  return status >= 500 ? 'server' : 'refused'
}

/** Whether asking again may help, and soon enough to wait for it. */
export function mayRetry(failure: Failure): boolean {
  return ['burst', 'search', 'locked', 'server', 'network', 'timeout'].includes(failure.kind)
}

/** The failure as the host reports it: what, where, and what to do. */
export function toError(failure: Failure, what: string): ClosebackError {
  const { kind, message, correlationId } = failure
  const ref = correlationId === null ? '' : ` (correlation id ${short(correlationId)})`
  const [code, remedy] = remedyFor(kind, failure.scopes)
  return new ClosebackError(code, `HubSpot, ${what}: ${message}${ref}`, { remedy, cause: failure })
}

/** What kind of failure an error of `toError` tells of; `null` for any other. */
export function kindOfError({ cause }: ClosebackError): FailureKind | null {
  return typeof cause === 'object' && cause !== null && 'kind' in cause ? (cause as Failure).kind : null
}

function remedyFor(kind: FailureKind, scopes: string[]): [ClosebackError['code'], string] {
  switch (kind) {
    case 'token':
      return ['config', 'Give the source a token that is valid: accessToken, or connect the app again.']
    case 'scopes':
      return [
        'config',
        scopes.length > 0
          ? `Add the scopes ${scopes.join(', ')} to the service key or app, and install it again.`
          : 'Add the scopes listed in docs/hubspot.md to the service key or app, and install it again.',
      ]
    case 'refused':
      return ['invalid', 'Run "closeback check" for this source; the request itself was refused.']
    case 'missing':
      return ['not_found', 'Check that the record or form still exists in HubSpot.']
    case 'daily':
      return ['unavailable', "It goes on after the account's midnight; or raise the limit in HubSpot."]
    default:
      return ['unavailable', 'Nothing to do: it is tried again by itself.']
  }
}

function silent(kind: FailureKind, message: string): Failure {
  return { kind, status: null, message, waitMs: null, correlationId: null, scopes: [] }
}

function isAnswer(thrown: unknown): thrown is Answer {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    typeof Reflect.get(thrown, 'code') === 'number' &&
    typeof Reflect.get(thrown, 'headers') === 'object'
  )
}

function bodyOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null) return body as Record<string, unknown>
  if (typeof body !== 'string') return {}
  try {
    const read: unknown = JSON.parse(body)
    return typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function scopesOf(body: Record<string, unknown>): string[] {
  const errors = Array.isArray(body.errors) ? body.errors : []
  const found = [body, ...errors].flatMap((each: unknown) => {
    const context = Reflect.get(Object(each), 'context')
    const scopes =
      Reflect.get(Object(context), 'requiredGranularScopes') ?? Reflect.get(Object(context), 'requiredScopes')
    return Array.isArray(scopes) ? scopes : []
  })
  return [
    ...new Set(found.filter((scope) => typeof scope === 'string' && /^[\w.-]{1,80}$/.test(scope))),
  ] as string[]
}

function networkCode(thrown: unknown): string {
  const cause: unknown = Reflect.get(Object(thrown), 'cause')
  const code: unknown = Reflect.get(Object(cause), 'code')
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'no answer'
}

/** `Retry-After` as seconds; dates are not used by HubSpot. */
function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}(?:\.\d+)?$/.test(header) ? Math.ceil(Number(header) * 1000) : null
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

function short(text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
