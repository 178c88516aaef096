import type { z } from 'zod'
import type { HashOptions } from './identity/hash-identity.ts'
import type { HashedIdentity, RawIdentity } from './identity/identity.ts'
import type { Issue } from './model/errors.ts'
import type { JsonValue } from './model/json.ts'
import type { Facts, RecordRef, StageChange, Touchpoint } from './model/record.ts'

/** An HTTP request as it came: adapters verify signatures over exactly these bytes. */
export interface InboundRequest {
  method: string
  /** The public URL the sender called, as signed by schemes that sign it. */
  url: string
  /** Lower-case names; repeated headers joined by ", ". */
  headers: Record<string, string>
  body: Buffer
  /** The host knows the sender already (an API key of this source): there is no signature to verify. */
  authenticated?: true
}

/** What an adapter may use. Everything with an effect is injected. */
export interface AdapterContext<Settings, Secrets> {
  sourceId: string
  settings: Settings
  /** Read at use, so that a rotated variable or file takes effect. Throws ClosebackError `config`, naming what is missing. */
  secrets(): Promise<Secrets>
  /** Epoch ms. */
  now(): number
  fetch: typeof globalThis.fetch
}

/** Something happened, verified and parsed: enough to fetch or rebuild the record behind it. */
export interface Ticket {
  /** Remembered for ever in the source; the same key with the same content is a duplicate. */
  key: string
  /** The sender's own id of the item, for the answer; `null` where it gave none. */
  id: string | null
  record: RecordRef
  /** The item as the sender said it. Only its keyed digest is kept, to tell a repeat from a conflict. */
  said: JsonValue
  /** What `hydrate` needs to go on, without anything that identifies a person. */
  content: JsonValue
  identity: RawIdentity | null
}

/** One item of a request that could not be read: everything wrong with it, nothing else lost. */
export interface InvalidItem {
  id: string | null
  errors: Issue[]
}

/** A ticket that came back from the inbox: identifiers are hashes now. */
export interface StoredTicket {
  key: string
  record: RecordRef
  content: JsonValue
  identity: HashedIdentity | null
}

/** One stage change and everything known about its record. */
export interface Hydrated {
  /** The `key` of the ticket that led here. */
  ticket: string
  change: StageChange
  /** The record as known at `asOf` (epoch ms); later facts win over earlier ones whatever the order of arrival. */
  facts: Facts
  asOf: number
  /** Raw as read from the CRM, or the stored hashes passed through untouched. */
  identity: RawIdentity | HashedIdentity | null
  touchpoints: Touchpoint[]
}

/** One preflight check; `remedy` is one imperative sentence when it failed. */
export interface Check {
  name: string
  ok: boolean
  detail: string
  remedy?: string
}

/** Thrown by `receive` when the sender cannot be trusted; the host answers 401 and keeps nothing. */
export class SignatureError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SignatureError'
  }
}

/** What `receive` made of a request: tickets and invalid items in the order of the body. */
export type Received = ({ ok: true; ticket: Ticket } | { ok: false; invalid: InvalidItem })[]

/**
 * Code for one CRM kind. An adapter translates; it never maps, hashes, stores or talks to TikTok.
 * `test/conformance/adapter.ts` is the suite every adapter passes.
 */
export interface SourceAdapter<Settings = unknown, Secrets = unknown> {
  readonly id: string
  readonly title: string
  /** How identifiers of this source are read before they are hashed. */
  identityOptions(settings: Settings): HashOptions
  /** What TikTok is told as `lead_event_source` on the `crm` route. */
  readonly leadEventSource: string
  readonly settings: z.ZodType<Settings>
  /** Each secret arrives as a list of one, or of two while it is being rotated. */
  readonly secrets: z.ZodType<Secrets>
  check(ctx: AdapterContext<Settings, Secrets>): Promise<Check[]>
  /** Verifies the raw bytes unless `authenticated`, then parses. Throws SignatureError, or ClosebackError for a body it cannot read at all. */
  receive?(request: InboundRequest, ctx: AdapterContext<Settings, Secrets>): Promise<Received>
  /** What one line of a stream says, read alone; its sender is known already. Without it a body is taken whole or not at all. */
  readLine?(said: JsonValue, ctx: AdapterContext<Settings, Secrets>): Received
  hydrate(tickets: StoredTicket[], ctx: AdapterContext<Settings, Secrets>): Promise<Hydrated[]>
  /** Every stage change the system remembers since then (epoch ms), in pages of at most a few hundred; for preview and backfill. */
  history?(since: number, ctx: AdapterContext<Settings, Secrets>): AsyncIterable<Hydrated[]>
  /** Reads one item said in the native body of `POST /hooks/webhook`, for `import`; without it files cannot be imported. */
  readItem?(said: JsonValue, ctx: AdapterContext<Settings, Secrets>): Received[number]
}
