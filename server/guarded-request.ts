import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import { ClosebackError } from '../core/model/errors.ts'
import { isPublicAddress } from './public-address.ts'

export interface GuardOptions {
  /** `CLOSEBACK_ALLOW_PRIVATE_URLS=1`: http and any address will do. */
  allowPrivate: boolean
  /** All addresses of a name; the system's resolver unless given. */
  resolve?: (name: string) => Promise<LookupAddress[]>
}

export interface GuardedPost {
  url: string
  headers: Record<string, string>
  body: string
  /** For everything together: resolving, connecting, sending, and the head of the answer. */
  timeoutMs: number
}

/**
 * Posts to a URL that somebody set in the workspace. Refuses, before anything is sent, whatever is not public https: by
 * its text, and by every address its name resolves to. The addresses that are checked are the ones that are connected
 * to, so a name that answers differently the second time gains nothing. Redirects are not followed. Resolves to the
 * status; throws ClosebackError `invalid` for a refused URL, and what the network throws.
 */
export async function guardedPost(
  { url, headers, body, timeoutMs }: GuardedPost,
  options: GuardOptions,
): Promise<number> {
  const sent = { method: 'POST', headers, body: Buffer.from(body), signal: AbortSignal.timeout(timeoutMs) }
  const answer = await send(allowedUrl(url, options), sent, options)
  answer.destroy()
  return answer.statusCode ?? 0
}

interface Sent {
  method: string
  headers: Record<string, string>
  body: Buffer | null
  signal: AbortSignal
}

/** Sends to a URL that may be sent to, by a connection of its own: a pooled one would have been checked for somebody else. */
function send(
  target: URL,
  { method, headers, body, signal }: Sent,
  options: GuardOptions,
): Promise<IncomingMessage> {
  const begin = target.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((done, failed) => {
    const request = begin(target, {
      method,
      agent: false,
      headers: { ...headers, ...(body && { 'content-length': body.length }) },
      lookup: guardedLookup(options),
      signal,
    })
    request.once('response', done)
    request.once('error', failed)
    request.end(body ?? undefined)
  })
}

/** Answers without a body, as fetch has it. */
const BODILESS = [101, 204, 205, 304]

/**
 * `fetch` to addresses that somebody set in the workspace, under the same rules: what is not public https is refused
 * before anything is sent, and so is a redirect. Answers are not decompressed, and none is asked to be.
 */
export function guardedFetch(options: GuardOptions): typeof globalThis.fetch {
  return async (input, init) => {
    const asked = new Request(input, init)
    const target = allowedUrl(asked.url, options)
    const body = asked.body === null ? null : Buffer.from(await asked.arrayBuffer())
    const headers = { ...Object.fromEntries(asked.headers), 'accept-encoding': 'identity' }
    const { method, signal } = asked
    const answer = await send(target, { method, headers, body, signal }, options)
    const status = answer.statusCode ?? 0
    if (status >= 300 && status < 400 && status !== 304) {
      answer.destroy()
      throw refused('The address answered with a redirect.')
    }
    const given = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    )
    const stream = BODILESS.includes(status) ? null : (Readable.toWeb(answer) as ReadableStream)
    return new Response(stream, { status, headers: given })
  }
}

/** Whether a post to this URL would be let out now; resolves its name, connects to nothing. Throws like `guardedPost`. */
export async function checkGuarded(url: string, options: GuardOptions): Promise<void> {
  const { hostname } = allowedUrl(url, options)
  if (isIP(bare(hostname)) === 0) await allowedAddresses(hostname, options)
}

/** What can be told of a URL without asking anybody. Throws ClosebackError `invalid`. */
export function allowedUrl(url: string, { allowPrivate }: GuardOptions): URL {
  const target = URL.parse(url)
  if (target === null || !/^https?:$/.test(target.protocol)) throw refused('The URL is not an https address.')
  if (target.username !== '' || target.password !== '')
    throw refused('The URL carries a user name or password.')
  if (allowPrivate) return target
  if (target.protocol !== 'https:') throw refused('The URL does not begin with https://.')
  // The URL parser has turned 0x7f.1, 2130706433 and the like into plain addresses.
  const host = bare(target.hostname)
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused(`${host} is not a public address.`)
  return target
}

/** Every address of a name, none of them private. */
async function allowedAddresses(name: string, options: GuardOptions): Promise<LookupAddress[]> {
  const { resolve = (host) => systemLookup(host, { all: true }) } = options
  const addresses = await resolve(name)
  if (addresses.length === 0) throw refused(`The name ${name} has no address.`)
  if (options.allowPrivate || addresses.every(({ address }) => isPublicAddress(address))) return addresses
  throw refused(`The name ${name} leads to an address that is not public.`)
}

/** What a socket asks right before it connects, and connects to. */
export function guardedLookup(options: GuardOptions): LookupFunction {
  return (name, { all, family }, callback) => {
    allowedAddresses(name, options).then(
      (addresses) => {
        const wanted = addresses.filter((each) => !family || each.family === family)
        const [first = { address: '', family: 4 }] = wanted.length > 0 ? wanted : addresses
        if (all) callback(null, addresses)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function refused(what: string): ClosebackError {
  return new ClosebackError('invalid', what, {
    remedy:
      'Use a public https address, or set CLOSEBACK_ALLOW_PRIVATE_URLS=1 where Closeback runs if it may reach private ones.',
  })
}
