import type { z } from 'zod'
import type { HashOptions } from './identity/hash-identity.ts'
import type { HashedIdentity, RawIdentity } from './identity/identity.ts'
import type { Issue } from './model/errors.ts'
import type { JsonValue } from './model/json.ts'
import type { Log } from './model/log.ts'
import type { Money } from './model/money.ts'
import type { Facts, RecordRef, StageChange, Touchpoint } from './model/record.ts'

/** An HTTP request as it came: adapters verify signatures over exactly these bytes. */
export interface InboundRequest {
  method: string
  /** The public URL the sender called, as signed by schemes that sign it. */
  url: string
  /** What follows `/hooks/<adapter>/<source>/`, percent-decoded: one segment. Only adapters with `hookBelow` see it. */
  below?: string
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
  log: Log
  /** Where the operator's environment says the CRM of this kind answers (`HUBSPOT_API_URL`, `SALESFORCE_LOGIN_URL`), without a slash at its end. */
  origin: string | null
  /** What senders call, without a slash at its end; its path is part of what some of them sign. */
  publicUrl: string
  credentials: Credentials
  /** All sources of this adapter, this one included: one app of a CRM may post for many accounts to one address. */
  siblings(): Promise<readonly Sibling<Settings>[]>
}

export interface Sibling<Settings> {
  sourceId: string
  settings: Settings
}

/** What a source was given by its CRM while it runs (rotating refresh tokens, say): sealed in the ledger, shared by all hosts. */
export interface Credentials {
  /** `null` before the first one. Throws ClosebackError `config` when it does not open. */
  read(name: string): Promise<string | null>
  /**
   * One host at a time makes a new one of what is kept then, which another host may have renewed while this one waited.
   * It is durable before this returns. Throws what `make` throws, and ClosebackError `unavailable` when another host
   * takes too long.
   */
  renew(name: string, make: (kept: string | null) => Promise<string>): Promise<string>
}

/** Something happened, verified and parsed: enough to fetch or rebuild the record behind it. */
export interface Ticket {
  /** Remembered for ever in the source; the same key with the same content is a duplicate. */
  key: string
  /** The sender's own id of the item, for the answer; `null` where it gave none. */
  id: string | null
  record: RecordRef
  /** The sibling it is for, when that is not the source it was posted to. */
  sourceId?: string
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

/** A record changed without entering a stage: it was deleted, restored or merged, or somebody became its contact. */
export interface RecordUpdate extends Omit<Hydrated, 'change'> {
  record: RecordRef
  /** Ids of records of the same type that became this one: all of them share one identity, so that a milestone fires once. */
  mergedIds?: readonly string[]
}

export type Said = Hydrated | RecordUpdate

/** The record it is about. */
export function recordOf(said: Said): RecordRef {
  return 'change' in said ? said.change.record : said.record
}

export function isHydrated(said: Said): said is Hydrated {
  return 'change' in said
}

/** What the sender is told instead of the usual JSON, once everything is on disk. */
export interface HookReply {
  status: number
  /** Content type. */
  type: string
  body: string
}

/** One page of changes; its tickets and its cursor are committed together. */
export interface PolledPage {
  tickets: Ticket[]
  /** Where the next poll goes on: JSON of the adapter's own. */
  cursor: JsonValue
}

/** What a person maps: stages and fields as the CRM has them. */
export interface Description {
  /** The account as its people know it, with its own id. */
  account: { id: string; name: string; currency: string | null; timezone: string | null }
  pipelines: {
    id: string
    label: string
    recordType: string
    stages: { id: string; label: string; milestone: string }[]
  }[]
  fields: { recordType: string; name: string; label: string; type: string }[]
}

/** From (inclusive) and to (exclusive), epoch ms. */
export interface Period {
  from: number
  to: number
}

/** A record whose qualifying entry into a won stage falls in the period, as the CRM tells it: a line of the CRM book. */
export interface ClosedDeal {
  record: RecordRef
  /** When its history says it entered the won stage, epoch ms. */
  wonAt: number
  /** The date people typed, `2026-11-20`. */
  closeDate: string | null
  amount: Money | null
}

/** The CRM's own total of one currency by close date. */
export interface ClosedTotal {
  currency: string
  count: number
  minor: bigint
}

export interface InstallStep {
  /** What it is about, for example `deal.ttclid`. */
  name: string
  state: 'exists' | 'created' | 'would create' | 'by hand' | 'failed'
  /** One sentence; for `by hand` what to click, for `failed` why and what to do. */
  detail: string
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
  /** Its forms (record type `form`) know clicks that the other records of the same person may lack: they lend them. */
  readonly lendsFormClicks?: true
  /** Takes messages one segment below its address, too: `/hooks/<adapter>/<source>/<below>`. */
  readonly hookBelow?: true
  /** Verifies the raw bytes unless `authenticated`, then parses. Throws SignatureError, or ClosebackError for a body it cannot read at all. */
  receive?(request: InboundRequest, ctx: AdapterContext<Settings, Secrets>): Promise<Received>
  /** What one line of a stream says, read alone; its sender is known already. Without it a body is taken whole or not at all. */
  readLine?(said: JsonValue, ctx: AdapterContext<Settings, Secrets>): Received
  /** The answer to a sender that expects one of its own, after the commit; without it the usual JSON. `report` counts items. */
  reply?(
    request: InboundRequest,
    report: Readonly<Record<'received' | 'duplicates' | 'conflicts' | 'invalid', number>>,
  ): HookReply | null
  /** The records behind tickets, in bulk. Stage changes that are known already are ignored by their `key`; facts are merged by `asOf`. */
  hydrate(tickets: StoredTicket[], ctx: AdapterContext<Settings, Secrets>): Promise<Said[]>
  /** How many tickets `hydrate` wants at once, where each call to the CRM counts; 256 unless said. */
  readonly hydrateBatch?: number
  /**
   * Everything that changed since the cursor, `null` at the first poll; pages are committed one by one, and the last one
   * carries the cursor also when nothing changed. Yields hints: what happened is read by `hydrate`. `asked`: a person wants
   * it now, also what is looked at less often than this source is polled.
   */
  poll?(
    cursor: JsonValue | null,
    ctx: AdapterContext<Settings, Secrets>,
    how?: { asked: boolean },
  ): AsyncIterable<PolledPage>
  /** Milliseconds between two polls. */
  pollEvery?(settings: Settings): number
  /**
   * Follows what the CRM announces by itself, to be faster than the poll, which stays the truth. What is given to `heard`
   * is on disk when that resolves. Resolves soon after `signal` aborts, or at once when there is nothing to listen to;
   * throws to be started again after a while. One host listens for a source at a time.
   */
  listen?(
    heard: (tickets: Ticket[]) => Promise<void>,
    signal: AbortSignal,
    ctx: AdapterContext<Settings, Secrets>,
  ): Promise<void>
  describe?(ctx: AdapterContext<Settings, Secrets>): Promise<Description>
  /** A record's id as stage changes carry it, of one that a person copied in another form. */
  idOf?(typed: string): string
  /** The CRM book of a period: see ClosedDeal. In pages of at most a few hundred. */
  closed?(period: Period, ctx: AdapterContext<Settings, Secrets>): AsyncIterable<ClosedDeal[]>
  /** The CRM's own totals over close dates `from` to `to`, both inclusive: the check line beside the book. */
  closedTotals?(
    days: { from: string; to: string },
    ctx: AdapterContext<Settings, Secrets>,
  ): Promise<ClosedTotal[]>
  /** Creates in the CRM what Closeback needs there; running it again changes nothing. */
  install?(options: { dryRun: boolean }, ctx: AdapterContext<Settings, Secrets>): AsyncIterable<InstallStep>
  /** Every stage change the system remembers since then (epoch ms), in pages of at most a few hundred; for preview and backfill. */
  history?(since: number, ctx: AdapterContext<Settings, Secrets>): AsyncIterable<Hydrated[]>
  /** Reads one item said in the native body of `POST /hooks/webhook`, for `import`; without it files cannot be imported. */
  readItem?(said: JsonValue, ctx: AdapterContext<Settings, Secrets>): Received[number]
}
