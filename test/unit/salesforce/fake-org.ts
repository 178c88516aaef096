import type { Context } from '../../../adapters/salesforce/client/login.ts'
import { secrets, settings } from '../../../adapters/salesforce/settings.ts'

/** An answer of the fake: status, body (an object becomes JSON), headers. */
export type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | Error

/** Sealed values in memory, with the single flight of the real ones. */
export function credentials(kept = new Map<string, string>()) {
  let turn: Promise<unknown> = Promise.resolve()
  return {
    kept,
    read: async (name: string) => kept.get(name) ?? null,
    renew(name: string, make: (kept: string | null) => Promise<string>): Promise<string> {
      const next = turn.then(async () => {
        const made = await make(kept.get(name) ?? null)
        kept.set(name, made)
        return made
      })
      turn = next.catch(() => undefined)
      return next
    },
  }
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** A context whose requests a function answers; what was asked is in `asked`. */
export function fakeContext(
  answer: (url: URL, form: URLSearchParams, headers: Record<string, string>, body: string) => Answer,
  over: {
    settings?: object
    secrets?: object
    credentials?: ReturnType<typeof credentials>
    now?: () => number
  } = {},
) {
  const asked: string[] = []
  const fetch = async (target: string, init: RequestInit): Promise<Response> => {
    const url = new URL(target)
    asked.push(url.pathname)
    if (init.redirect !== 'error') throw new Error('redirects must be refused')
    const body = String(init.body ?? '')
    const said = answer(url, new URLSearchParams(body), init.headers as Record<string, string>, body)
    if (said instanceof Error) throw said
    const { status = 200, body: content = {}, headers = {} } = said
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    return new Response(text, {
      status,
      headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    })
  }
  const ctx: Context = {
    sourceId: `source-${Math.random()}`,
    settings: settings.parse({ loginUrl: 'https://acme.my.salesforce.com', ...over.settings }),
    secrets: async () => secrets.parse({ clientId: ['key'], clientSecret: ['hidden'], ...over.secrets }),
    now: over.now ?? (() => 1_000_000_000_000),
    fetch: fetch as typeof globalThis.fetch,
    log: SILENT,
    origin: null,
    publicUrl: 'https://closeback.example',
    credentials: over.credentials ?? credentials(),
    siblings: async () => [],
  }
  return { ctx, asked }
}

/** What the token endpoint gives. */
export function token(accessToken: string, more: object = {}): Answer {
  return {
    body: {
      access_token: accessToken,
      instance_url: 'https://acme.my.salesforce.com',
      id: 'https://login.salesforce.com/id/00Dxx0000001gEREAY/005xx0000000001AAA',
      token_type: 'Bearer',
      ...more,
    },
  }
}
