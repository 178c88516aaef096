/** One thing wrong, and where: `path` is a JSON pointer or a dotted setting, `remedy` one imperative sentence. */
export interface Issue {
  path: string
  message: string
  remedy?: string
}

/**
 * Every error Closeback raises on purpose. The code decides the answer at each edge (HTTP status, exit code),
 * so that no edge has to read messages.
 *
 * - `invalid`      the caller's input is wrong (400, exit 2)
 * - `unauthorized` the caller is not who it says (401, exit 1)
 * - `forbidden`    the caller is known but may not (403, exit 1)
 * - `not_found`    there is no such thing (404, exit 1)
 * - `conflict`     the thing changed under the caller (409, exit 1)
 * - `too_large`    more than a limit allows (413, exit 2)
 * - `unsupported`  a content type or encoding that is not taken (415, exit 2)
 * - `unavailable`  cannot now, the same call may succeed later (503, exit 1)
 * - `config`       the environment or data directory is wrong (500, exit 2)
 */
export type ErrorCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'unavailable'
  | 'config'

export interface ErrorDetail {
  /** One imperative sentence: what the reader does next. */
  remedy: string
  /** Everything that is wrong, not just the first. */
  issues?: Issue[]
  cause?: unknown
}

/** Says what happened (message), what to do (remedy) and every single thing that is wrong (issues). Never personal data. */
export class ClosebackError extends Error {
  readonly code: ErrorCode
  readonly remedy: string
  readonly issues: Issue[]

  constructor(code: ErrorCode, message: string, detail: ErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'ClosebackError'
    this.code = code
    this.remedy = detail.remedy
    this.issues = detail.issues ?? []
  }
}

/** What may be kept and shown of any error: our own words, or only its kind, because other code may quote what it was given. */
export function safeMessage(error: unknown): string {
  if (error instanceof ClosebackError) return error.message
  return error instanceof Error ? `unexpected ${error.name}` : 'unexpected error'
}
