import { API_PREFIX } from '../model/tiktok.ts'
import type { Answer, Failure } from './answer.ts'
import { readEnvelope } from './envelope.ts'
import { networkFailure } from './network-failure.ts'

/** One call of TikTok's API for Business, v1.3. */
export interface Call {
  method: 'GET' | 'POST'
  /** Below `/open_api/v1.3`; the slash at its end is part of it. */
  path: `/${string}/`
  /** Sent as `Access-Token`, without `Bearer`. */
  token?: string
  /** Arrays and objects travel as JSON text in one value. */
  query?: Readonly<Record<string, string | number | boolean | readonly unknown[] | object>>
  /** JSON text. */
  body?: string
  /** Of the answer, after decompression, where the usual cap is too small. */
  maxAnswerBytes?: number
}

export interface TikTok {
  /** Always resolves, within the time-out: every failure is an answer. */
  request(call: Call): Promise<Answer>
}

export interface TikTokOptions {
  /** Scheme and host, for example `https://business-api.tiktok.com`. */
  origin: string
  fetch: typeof globalThis.fetch
  /** For connecting, headers and body together, in ms. */
  timeoutMs?: number
  /** An answer with a longer body, after decompression, is given up. */
  maxAnswerBytes?: number
}

/** The one way to TikTok: no redirects, one total time-out, a capped body, nothing secret in what comes back. */
export function createTikTok(options: TikTokOptions): TikTok {
  const { origin, fetch, timeoutMs = 30_000, maxAnswerBytes = 1_000_000 } = options
  const base = origin.replace(/\/+$/, '') + API_PREFIX

  async function request(call: Call): Promise<Answer> {
    if (call.token !== undefined && !/^[\x21-\x7e]+$/.test(call.token)) {
      return none(
        'token',
        null,
        'the access token is empty or has characters that an HTTP header cannot carry',
      )
    }
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), timeoutMs)
    let status: number | null = null
    try {
      const response = await fetch(urlOf(base, call), {
        method: call.method,
        headers: headersOf(call),
        body: call.body ?? null,
        redirect: 'manual',
        signal: abort.signal,
      })
      status = response.status
      return await answerOf(response, call.maxAnswerBytes ?? maxAnswerBytes, secretsOf(call))
    } catch (error) {
      const where = status === null ? 'before an answer came' : 'in the middle of the answer'
      if (abort.signal.aborted) return none('timeout', status, `gave up after ${timeoutMs} ms, ${where}`)
      const { failure, code } = networkFailure(error)
      return none(failure, status, `${WHAT[failure] ?? 'the connection failed'} (${code}), ${where}`)
    } finally {
      clearTimeout(timer)
    }
  }

  return { request }
}

const WHAT: Partial<Record<Failure, string>> = {
  dns: 'the name of the host did not resolve',
  refused: 'the connection was refused',
  tls: 'no secure connection could be made',
  timeout: 'the connection took too long',
  reset: 'the connection broke',
}

async function answerOf(response: Response, maxBytes: number, secrets: readonly string[]): Promise<Answer> {
  const { status } = response
  if (status >= 300 && status < 400) {
    await response.body?.cancel()
    return none('redirect', status, `HTTP ${status}: redirects are not followed`)
  }
  const text = await readCapped(response, maxBytes)
  if (text === null) return none('too_large', status, `the answer has more than ${maxBytes} bytes`)
  const reading = readEnvelope(text, secrets)
  if (typeof reading === 'object') {
    const date = Date.parse(response.headers.get('date') ?? '')
    const throttle = response.headers.get('x-tt-ads-throttle')
    return { kind: 'envelope', status, ...reading, date: Number.isNaN(date) ? null : date, throttle }
  }
  if (status >= 400) return none('http', status, `HTTP ${status} without TikTok’s JSON`)
  if (text.trim() === '') return none('empty', status, `HTTP ${status} with an empty body`)
  if (reading === 'not_json') return none('not_json', status, `HTTP ${status} whose body is not JSON`)
  return none('not_envelope', status, `HTTP ${status} whose JSON has no code and message`)
}

async function readCapped(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the stream and with it the connection.
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function urlOf(base: string, call: Call): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(call.query ?? {})) {
    query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  const text = query.toString()
  return base + call.path + (text === '' ? '' : `?${text}`)
}

function headersOf(call: Call): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(call.token === undefined ? {} : { 'Access-Token': call.token }),
  }
}

// Whatever an answer might echo of what only we and TikTok may know.
function secretsOf(call: Call): string[] {
  const secrets = call.token === undefined ? [] : [call.token]
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (/secret|token|auth_code/i.test(name)) secrets.push(String(value))
  }
  return secrets
}

function none(failure: Failure, status: number | null, detail: string): Answer {
  return { kind: 'none', failure, status, detail }
}
