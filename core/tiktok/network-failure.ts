import type { Failure } from './answer.ts'

/** What `fetch` threw, as far as it matters: which failure, and the system's own code for it. */
export interface NetworkFailure {
  failure: Failure
  /** For example `ECONNREFUSED`; the error's own text is left out, because it repeats addresses. */
  code: string
}

// Verification happens before the first byte of a request is written (Node's TLS documentation, "X509 certificate
// error codes"). Other OpenSSL errors can also strike in mid-stream, so they prove nothing.
const CERTIFICATE = new Set(
  (
    'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE ' +
    'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE CERT_NOT_YET_VALID ' +
    'CERT_HAS_EXPIRED CRL_NOT_YET_VALID CRL_HAS_EXPIRED ERROR_IN_CERT_NOT_BEFORE_FIELD ' +
    'ERROR_IN_CERT_NOT_AFTER_FIELD DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN ' +
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG CERT_REVOKED INVALID_CA ' +
    'PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH ' +
    'ERR_TLS_CERT_ALTNAME_INVALID ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION ' +
    'ERR_SSL_UNSUPPORTED_PROTOCOL'
  ).split(' '),
)
// Node says this, and only this, when the peer hangs up during the handshake (lib/_tls_wrap.js, onConnectEnd).
const CLOSED_IN_HANDSHAKE = 'Client network socket disconnected before secure TLS connection was established'
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED'])
const CUT_OFF = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE', 'Z_BUF_ERROR'])
const TIME = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/**
 * Classifies an error of Node's `fetch` (undici): `dns`, `refused` and `tls` are proof that the request never left;
 * everything else leaves open whether TikTok has it.
 */
export function networkFailure(thrown: unknown): NetworkFailure {
  const cause = deepest(thrown)
  if (cause instanceof AggregateError && cause.errors.length > 0) return ofAllAddresses(cause.errors)
  const code = textOf(cause, 'code') ?? 'unknown'
  const syscall = textOf(cause, 'syscall')
  if (syscall === 'getaddrinfo' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return { failure: 'dns', code }
  if (code === 'ECONNREFUSED') return { failure: 'refused', code }
  if (CERTIFICATE.has(code)) return { failure: 'tls', code }
  if (code === 'ECONNRESET' && textOf(cause, 'message') === CLOSED_IN_HANDSHAKE)
    return { failure: 'tls', code }
  if (TIME.has(code)) return { failure: 'timeout', code }
  if (RESET.has(code) || CUT_OFF.has(code)) return { failure: 'reset', code }
  return { failure: 'network', code }
}

// A name with several addresses fails with one error for each that was tried: only if all prove that nothing was
// sent is that proven for the request.
function ofAllAddresses(errors: unknown[]): NetworkFailure {
  const each = errors.map(networkFailure)
  const first = each[0] ?? { failure: 'network', code: 'unknown' }
  if (each.every(({ failure }) => failure === first.failure)) return first
  return { failure: 'network', code: [...new Set(each.map(({ code }) => code))].join(',') }
}

function deepest(thrown: unknown): unknown {
  let cause = thrown
  for (let depth = 0; depth < 8; depth++) {
    const next = cause instanceof Error && !(cause instanceof AggregateError) ? cause.cause : undefined
    if (next === undefined) return cause
    cause = next
  }
  return cause
}

function textOf(value: unknown, key: 'code' | 'syscall' | 'message'): string | null {
  if (typeof value !== 'object' || value === null || !(key in value)) return null
  const text: unknown = Reflect.get(value, key)
  return typeof text === 'string' ? text : null
}
