import { ClosebackError, type ErrorCode, type Issue } from '../../../core/model/errors.ts'

/**
 * What a failure asks for.
 *
 * - `auth`      the credentials or the session are refused
 * - `config`    the org does not show or allow what was asked
 * - `quota`     the org's daily calls are used up, or our share of them
 * - `transient` the same call may succeed later
 * - `restart`   a page locator ran out: begin again from the last row that was read
 */
export type FailureKind = 'auth' | 'config' | 'quota' | 'transient' | 'restart'

const CODES: Record<FailureKind, ErrorCode> = {
  auth: 'config',
  config: 'config',
  quota: 'unavailable',
  transient: 'unavailable',
  restart: 'unavailable',
}

/** A failure at Salesforce, classified by its errorCode (never by its text). */
export class SalesforceError extends ClosebackError {
  readonly kind: FailureKind
  /** `INVALID_FIELD`, `invalid_grant`, `ERROR_HTTP_503`, `ECONNRESET`. */
  readonly errorCode: string

  constructor(
    kind: FailureKind,
    errorCode: string,
    message: string,
    detail: { remedy: string; issues?: Issue[]; cause?: unknown },
  ) {
    super(CODES[kind], message, detail)
    this.name = 'SalesforceError'
    this.kind = kind
    this.errorCode = errorCode
  }
}
