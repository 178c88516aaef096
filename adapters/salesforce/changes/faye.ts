/** What is used of the Bayeux client that jsforce makes: faye comes without types, and its dispatcher is inside it. */
export interface FayeClient {
  subscribe(channel: string, listener: () => void): { then(done: () => void, failed: () => void): unknown }
  _dispatcher: Dispatcher
}

export interface Dispatcher {
  clientId?: string | null
  connectionType: string
  headers: Record<string, string>
  _transport?: BayeuxTransport
  selectTransport(types: readonly string[]): void
  _envelopes: Map<string, { timer: NodeJS.Timeout | null }>
  close(): void
  handleResponse(reply: BayeuxMessage): void
  handleError(message: BayeuxMessage): void
}

export interface BayeuxTransport {
  sendMessage(message: BayeuxMessage): Promise<{ abort(): void }>
  close(): void
}

export interface BayeuxMessage {
  channel: string
  clientId?: string
  subscription?: string
  successful?: boolean
  error?: string
  ext?: Record<string, unknown>
  data?: unknown
}

/** Sees every message on its way, and passes it on. */
export interface BayeuxExtension {
  incoming?(message: BayeuxMessage, pass: (message: BayeuxMessage) => void): void
  outgoing?(message: BayeuxMessage, pass: (message: BayeuxMessage) => void): void
}
