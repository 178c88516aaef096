import type { HashedIdentity } from '../identity/identity.ts'
import type { MatchKey } from '../identity/score.ts'
import type { Conversion, HoldReason, Reason, Route } from '../model/delivery.ts'
import type { Money } from '../model/money.ts'
import type { Facts, RecordRef, StageChange } from '../model/record.ts'

/** What the ledger knows when a StageChange is mapped, passed in: mapping reads nothing by itself. */
export interface MappingFacts {
  source: {
    /** The id in the settings, which rules name. */
    id: string
    /** The UUID given once: part of every event id. */
    uid: string
    /** Epoch ms. */
    createdAt: number
    /** What TikTok is told as `lead_event_source` on the `crm` route. */
    leadEventSource: string
  }
  /** Whose identity the record carries: its own, or that of the first-seen record of the same deal in another source. */
  origin: { sourceUid: string; record: RecordRef }
  change: StageChange
  /** Everything known about the record, merged. */
  facts: Facts
  /** Everything known about the person, merged. */
  identity: HashedIdentity
  /** Connection id to the route that the record's first conversion fixed there. */
  routes: ReadonlyMap<string, Route>
  /** The identity is on the suppression list. */
  suppressed: boolean
  /** Epoch ms. */
  now: number
}

/** Why a delivery waits, and until when (epoch ms) at most; `null` waits for a change of the record, rates or settings. */
export interface Hold {
  reason: HoldReason
  until: number | null
  /** One sentence: what is missing, and what ends the wait. */
  detail: string
}

/** A conversion that goes to one connection, now or when its hold ends. */
export interface MappedDelivery {
  kind: 'delivery'
  ruleId: string
  connectionId: string
  milestone: string
  /** Tells entries into the same stage apart; empty when the rule fires once per record. */
  occurrence: string
  eventId: string
  /** `eventId` is the browser's. */
  browserEventId: boolean
  /** What `eventId` must become when another record already used the browser's; else the same as `eventId`. */
  derivedEventId: string
  route: Route
  eventSourceId: string
  event: string
  conversion: Conversion
  hold: Hold | null
  value: Money | null
  matchKeys: readonly MatchKey[]
  /** 0 to 100. */
  matchScore: number
  /** The connection has a test code: TikTok counts nothing. */
  test: boolean
  /** It happened before the start, and goes only because start limits were set aside. */
  beforeStart: boolean
}

/** Why nothing goes: for one (rule, connection), or for the StageChange as a whole when no rule matches. */
export interface MappedReason {
  kind: 'reason'
  ruleId: string | null
  connectionId: string | null
  reason: Reason
  /** One sentence: why, and the remedy when there is one. */
  detail: string
}

export type Mapped = MappedDelivery | MappedReason

export interface MapOptions {
  /** Start limits are set aside: for what a person asks for, or wants to look at. */
  ignoreStart?: boolean
  /** Since when (epoch ms) an amount has been waited for; now, unless given. */
  waitingSince?: number
}

export interface RemapOptions extends MapOptions {
  /** The wait for an amount is over: the rule's `whenNoAmount` decides. */
  expired?: boolean
  /** A person decided: what is missing is left out. */
  sendAnyway?: boolean
}

/** All rules of one revision of the settings, compiled. Pure: the same facts give the same entries. */
export interface Mapper {
  /**
   * One entry per matching rule and connection in its `send.to`, in file order; when no rule matches, exactly one
   * reason that names neither.
   */
  map(input: MappingFacts, how?: MapOptions): Mapped[]
  /**
   * Looks at one held delivery again, by the rules as they stand now but for start limits, which it passed when it was
   * made. A hold for an amount comes back with a timer
   * counted from `input.now`: a delivery that already has one keeps its own. `null` when no such rule sends to this
   * connection any more. Other deliveries are not looked at, so this never answers `shadowed`.
   */
  remap(ruleId: string, connectionId: string, input: MappingFacts, how: RemapOptions): Mapped | null
}
