import { CHANGES_GOODBYE_MS } from '../constants.ts'
import type { BayeuxMessage, FayeClient } from './faye.ts'

/**
 * Makes the client send through `fetch`, in place of its own transports: they know no guard against private addresses,
 * cannot be ended, and would change to a WebSocket. Returns how the client is ended; that takes half a second at most.
 */
export function sendThrough(
  { _dispatcher: dispatcher }: FayeClient,
  url: string,
  fetch: typeof globalThis.fetch,
): () => Promise<void> {
  const ending = new AbortController()
  const cookies = new Map<string, string>()

  async function post(message: BayeuxMessage, signal: AbortSignal): Promise<BayeuxMessage[]> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...dispatcher.headers,
        'content-type': 'application/json',
        ...(cookies.size > 0 && { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }),
      },
      body: JSON.stringify([message]),
      redirect: 'error',
      signal,
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    return [(await response.json()) as BayeuxMessage | BayeuxMessage[]].flat()
  }

  dispatcher._transport = {
    async sendMessage(message) {
      const given = new AbortController()
      post(message, AbortSignal.any([given.signal, ending.signal])).then(
        (replies) => {
          for (const reply of replies) if (!ending.signal.aborted) dispatcher.handleResponse(reply)
        },
        () => {
          if (!ending.signal.aborted) dispatcher.handleError(message)
        },
      )
      return { abort: () => given.abort() }
    },
    close() {},
  }
  dispatcher.connectionType = 'long-polling'
  dispatcher.selectTransport = () => {}

  return async () => {
    ending.abort()
    dispatcher.close()
    for (const { timer } of dispatcher._envelopes.values()) clearTimeout(timer ?? undefined)
    dispatcher._envelopes.clear()
    const { clientId } = dispatcher
    // An org has a limited number of clients, and forgets one that says nothing only after a while.
    if (clientId)
      await post({ channel: '/meta/disconnect', clientId }, AbortSignal.timeout(CHANGES_GOODBYE_MS)).catch(
        () => {},
      )
  }
}
