import type { Config } from './config.ts'
import { guardedFetch } from './guarded-request.ts'

/**
 * How an adapter reaches its CRM. Where the operator's environment says it may (its own origin, or anything private) by
 * the host's own fetch; anywhere else the address came from settings or from an answer, and must be public https.
 */
export function adapterFetch(
  { allowPrivateUrls }: Pick<Config, 'allowPrivateUrls'>,
  origin: string | null,
  fetch: typeof globalThis.fetch,
): typeof globalThis.fetch {
  if (allowPrivateUrls) return fetch
  const guarded = guardedFetch({ allowPrivate: false })
  const trusted = origin === null ? null : new URL(origin).origin
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    return URL.parse(url)?.origin === trusted ? fetch(input, init) : guarded(input, init)
  }
}
