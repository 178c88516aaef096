import type { Envelope } from './answer.ts'
import { redact } from './redact.ts'

/** What the text of a body is: TikTok's envelope, JSON of somebody else, or no JSON at all. */
export type Reading = Omit<Envelope, 'kind' | 'status' | 'date' | 'throttle'> | 'not_envelope' | 'not_json'

/** Reads a body as TikTok's envelope: an object with an integer `code` and a string `message`. */
export function readEnvelope(text: string, secrets: readonly string[]): Reading {
  let body: unknown
  try {
    body = parseKeepingIds(text)
  } catch {
    return 'not_json'
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'not_envelope'
  const code: unknown = Reflect.get(body, 'code')
  const message: unknown = Reflect.get(body, 'message')
  if (typeof code !== 'number' || !Number.isInteger(code) || typeof message !== 'string')
    return 'not_envelope'
  const requestId: unknown = Reflect.get(body, 'request_id')
  const known = typeof requestId === 'string' || typeof requestId === 'number'
  return {
    code,
    message: redact(message, secrets),
    requestId: known ? redact(String(requestId), secrets) : null,
    content: Reflect.get(body, 'data'),
  }
}

// Ids are strings in v1.3, yet some answers still carry numbers of 19 digits, which a double would change: integers
// that a double does not keep become the text they were written as.
function parseKeepingIds(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text)
  // The third argument (JSON.parse source text access, in Node since 21) is not in TypeScript's library yet.
  return JSON.parse(text, (_key: string, value: unknown, ...rest: unknown[]) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
    const [context] = rest
    const source: unknown =
      typeof context === 'object' && context !== null ? Reflect.get(context, 'source') : undefined
    return typeof source === 'string' && /^-?\d+$/.test(source) ? source : value
  })
}
