/**
 * Why there is no envelope. Only `token`, `dns`, `refused` and `tls` prove that nothing was sent;
 * after each of the others TikTok may have accepted the request.
 *
 * - `token`         the token cannot be an HTTP header, nothing left this host
 * - `dns`           the name did not resolve
 * - `refused`       every address refused the connection
 * - `tls`           no secure connection, so no request
 * - `timeout`       connect, headers or body took too long
 * - `reset`         the connection broke, before or in mid-answer
 * - `redirect`      a 3xx, never followed
 * - `http`          4xx or 5xx without TikTok's JSON
 * - `too_large`     the body passed the cap
 * - `empty`         2xx without a body
 * - `not_json`      2xx whose body is not JSON: HTML, or cut off
 * - `not_envelope`  2xx whose JSON is not TikTok's
 * - `network`       anything else that `fetch` threw
 */
export type Failure =
  | 'token'
  | 'dns'
  | 'refused'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'redirect'
  | 'http'
  | 'too_large'
  | 'empty'
  | 'not_json'
  | 'not_envelope'
  | 'network'

/** TikTok's own JSON, whatever the HTTP status. `message` is redacted; `content` is the envelope's `data`, as it came. */
export interface Envelope {
  kind: 'envelope'
  status: number
  code: number
  message: string
  requestId: string | null
  content: unknown
  /** The `Date` header in epoch ms: TikTok's clock. */
  date: number | null
  /** The `X-Tt-Ads-Throttle` header: a report that was cut because the account has too many ads says so there. */
  throttle: string | null
}

/** No envelope came. `detail` is one redacted sentence. */
interface NoEnvelope {
  kind: 'none'
  failure: Failure
  /** HTTP status, if headers came. */
  status: number | null
  detail: string
}

export type Answer = Envelope | NoEnvelope
