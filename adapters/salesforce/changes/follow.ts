import { Streaming, StreamingExtension } from 'jsforce/lib/api/streaming.js'
import type { Connected } from '../client/connect.ts'
import { CHANGES_LOOK_MS, REPLAY_NEW } from '../constants.ts'
import type { BayeuxExtension, BayeuxMessage, FayeClient } from './faye.ts'
import { sendThrough } from './transport.ts'

/**
 * Why a client is of no more use. A refreshed token is never applied to it, Faye takes some refusals as final without a
 * word, and a subscription may be dead while its connection answers: a new client is the only remedy of each.
 */
export type Ended =
  | { why: 'stopped' | 'refused session' | 'renewed session' | 'unknown client' | 'silence' }
  | { why: 'refused channel'; channel: string; said: string }

export interface FollowOptions {
  connected: Connected
  fetch: typeof globalThis.fetch
  channels: readonly string[]
  /** The last event that was seen, by channel; events behind it are told again. */
  replay: ReadonlyMap<string, number>
  /** Without an event for so long the client is given up. */
  silenceMs: number
  signal: AbortSignal
  event(channel: string, data: unknown): void
}

/** The life of one client: resolves when it ended, with whether it got as far as a subscription. */
export async function follow(options: FollowOptions): Promise<Ended & { subscribed: boolean }> {
  const { channels, replay, silenceMs, signal } = options
  const { conn } = options.connected
  const token = conn.accessToken
  let subscribed = false
  let heardAt = performance.now()
  let end: (ended: Ended) => void = () => {}
  const ended = new Promise<Ended>((resolve) => {
    end = resolve
  })

  const watch: BayeuxExtension = {
    incoming(message, pass) {
      const { channel, subscription = '', successful, error = '', data } = message
      if (error.includes('Unknown client')) end({ why: 'unknown client' })
      else if (channel === '/meta/subscribe' && !successful)
        end({ why: 'refused channel', channel: subscription, said: error })
      else if (channel === '/meta/subscribe') subscribed = true
      else if (data !== undefined) {
        heardAt = performance.now()
        options.event(channel, data)
      }
      pass(message)
    },
    // jsforce's Replay knows one channel, and several of them overwrite each other.
    outgoing(message: BayeuxMessage, pass) {
      const { channel, subscription } = message
      if (channel !== '/meta/subscribe' || subscription === undefined) return pass(message)
      pass({
        ...message,
        ext: { ...message.ext, replay: { [subscription]: replay.get(subscription) ?? REPLAY_NEW } },
      })
    },
  }
  const refused = new StreamingExtension.AuthFailure(() => end({ why: 'refused session' }))
  const client = new Streaming(conn).createClient([refused, watch]) as unknown as FayeClient
  const close = sendThrough(client, `${conn.instanceUrl}/cometd/${conn.version}`, options.fetch)
  const looking = setInterval(
    () => {
      if (conn.accessToken !== token) end({ why: 'renewed session' })
      else if (performance.now() - heardAt > silenceMs) end({ why: 'silence' })
    },
    Math.min(silenceMs, CHANGES_LOOK_MS),
  )
  const stop = () => end({ why: 'stopped' })
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    const ignore = () => {}
    // What it refuses is seen above; its own promise would be an unhandled one.
    for (const channel of channels) client.subscribe(channel, ignore).then(ignore, ignore)
    const why = await ended
    return { ...why, subscribed }
  } finally {
    signal.removeEventListener('abort', stop)
    clearInterval(looking)
    await close()
  }
}
