import { expect } from 'vitest'
import type {
  AdapterContext,
  Credentials,
  InboundRequest,
  SourceAdapter,
  Ticket,
} from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'

/** Settings or secrets that must be refused, and the first member of a path that must be named. */
export interface Refused {
  what: string
  value: unknown
  path: string
}

/** For adapters that take requests: how a sender would make one. */
export interface Receiving {
  /** A correctly signed request with any body. `at` is epoch ms by the clock of the sender. */
  sign(body: Buffer, at: number): InboundRequest
  /** A body of at least two items about different records, with every identifier of `identifiers` in it. */
  body: Buffer
  /** Lower-case names of the headers that the signature covers or consists of. */
  signatureHeaders: string[]
  /** The method and the URL are part of what is signed. */
  signsUrl: boolean
  /** `false` where the sender signs nothing and a secret in the address stands for it; what it says must not be believed then. */
  signsBody?: false
  /** Signed by somebody who does not know this source's secrets. */
  forged: InboundRequest
}

/** What the suite needs to know about one adapter. Every function gives the same on every call. */
export interface AdapterHarness<Settings, Secrets> {
  adapter: SourceAdapter<Settings, Secrets>
  /** As in the settings document. */
  settings: unknown
  /** Resolved: lists of texts. */
  secrets: unknown
  /** Epoch ms; the clock of the suite. */
  now: number
  /** The sandbox behind the adapter; without it any request fails the test. */
  fetch?: typeof globalThis.fetch
  receiving?: Receiving
  /** Tickets of at least two different records, as `receive` or a poll makes them. */
  tickets(ctx: AdapterContext<Settings, Secrets>): Promise<Ticket[]>
  /** Tickets of a record entering a stage that means won, and lost, in that order. */
  wonAndLost(ctx: AdapterContext<Settings, Secrets>): Promise<[Ticket, Ticket]>
  /** Where the operator says the CRM answers; a sandbox. */
  origin?: string
  /** What senders call; part of what some of them sign. */
  publicUrl?: string
  /** Raw e-mail addresses, numbers, names and other personal texts in those tickets. */
  identifiers: string[]
  refusedSettings: Refused[]
  refusedSecrets: Refused[]
  /** Settings or secrets with which `check` must find something wrong; typed, because they may be past the schema. */
  failing: { what: string; settings?: Settings; secrets?: Secrets; fetch?: typeof globalThis.fetch }[]
}

/** What the adapter under test may use; a request to anywhere but its sandbox fails the test. */
export function contextOf<Settings, Secrets>(
  harness: AdapterHarness<Settings, Secrets>,
): AdapterContext<Settings, Secrets> {
  return {
    sourceId: 'conformance',
    settings: harness.adapter.settings.parse(harness.settings),
    secrets: async () => harness.adapter.secrets.parse(harness.secrets),
    now: () => harness.now,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    origin: harness.origin ?? null,
    publicUrl: harness.publicUrl ?? 'https://closeback.example',
    credentials: rememberedCredentials(),
    siblings: async () => [
      { sourceId: 'conformance', settings: harness.adapter.settings.parse(harness.settings) },
    ],
    fetch: harness.fetch ?? (() => Promise.reject(new Error('this adapter has no sandbox to call'))),
  }
}

function rememberedCredentials(): Credentials {
  const kept = new Map<string, string>()
  return {
    read: async (name) => kept.get(name) ?? null,
    async renew(name, make) {
      const made = await make(kept.get(name) ?? null)
      kept.set(name, made)
      return made
    },
  }
}

/** Expects an error that says what to do next. */
export async function expectNamedError(outcome: Promise<unknown>): Promise<void> {
  const error = await outcome.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ClosebackError)) expect.fail(`expected a ClosebackError, got ${String(error)}`)
  expect(error.remedy).toMatch(/\w.*\.$/)
}
