import type { Money } from './money.ts'

/** The other system's own name for a record: `deal`, `opportunity`, `form` and its id. */
export interface RecordRef {
  type: string
  id: string
}

export interface Utm {
  source: string | null
  medium: string | null
  campaign: string | null
  content: string | null
  term: string | null
  /** `utm_id`: where TikTok's macro puts the campaign id. */
  id: string | null
}

/** One line of an order, as TikTok's `properties.contents[]` takes it. `price` is per unit, a decimal string. */
export interface ContentItem {
  id: string
  price: string | null
  quantity: number | null
  name: string | null
  category: string | null
  brand: string | null
}

/** The field (`Facts.fields`) that holds the visitor's number: browsers tell of visits under the same number. */
export const VISITOR_FIELD = 'closeback_id'

/**
 * What is known about a record besides its stage: nothing here identifies a person by itself (identity is
 * kept apart, hashed). `null` means unknown and never erases what an earlier message said.
 */
export interface Facts {
  amount: Money | null
  orderId: string | null
  contents: ContentItem[] | null
  ttclid: string | null
  ttp: string | null
  /** Epoch ms of the ad click that `ttclid` stands for. */
  clickedAt: number | null
  utm: Utm | null
  /** Already stripped to ttclid, utm_* and allow-listed parameters. */
  pageUrl: string | null
  referrer: string | null
  /** A TikTok Instant Form lead id; no other form has one. */
  leadId: string | null
  consent: 'granted' | 'denied' | null
  limitedDataUse: boolean | null
  /** `false` where the CRM says that nobody is the record's contact yet: what cannot be matched without one waits. */
  hasContact: boolean | null
  /** What became of the record itself in its CRM. */
  presence: 'present' | 'deleted' | 'merged' | null
  /** Fields of the CRM that rules may test or take a value from. */
  fields: Record<string, string> | null
}

/** A browser pixel's event, when the record's form carried its id. */
export interface BrowserEvent {
  id: string
  name: string
}

/** A record entered a stage at a time. Immutable once in the ledger. */
export interface StageChange {
  /** Unique in its source for ever: the CRM's history entry id, or the key of the message that said it. */
  key: string
  record: RecordRef
  pipeline: string | null
  /** The CRM's own stage id; `won` and `lost` where the system has no ids. */
  stage: string
  previousStage: string | null
  /** `won`, `lost`, or the CRM's own stage id. */
  milestone: string
  /** Epoch ms. */
  occurredAt: number
  /** The CRM's id of this entry in the stage history; `null` where it keeps none (then `occurredAt` tells entries apart). */
  historyId: string | null
  /** The amount when the stage was entered, where the message or the history says so. */
  amount: Money | null
  browserEvent: BrowserEvent | null
  /** True for what was said about the record without moving it, as a workflow does: it stays in the stage it was in. */
  aside?: boolean
}

/** An ad click or visit seen before the deal moved. */
export interface Touchpoint {
  /** Epoch ms. */
  at: number
  kind: 'click' | 'visit'
  ttclid: string | null
  ttp: string | null
  utm: Utm | null
  pageUrl: string | null
  referrer: string | null
}

export const EMPTY_FACTS: Readonly<Facts> = Object.freeze({
  amount: null,
  orderId: null,
  contents: null,
  ttclid: null,
  ttp: null,
  clickedAt: null,
  utm: null,
  pageUrl: null,
  referrer: null,
  leadId: null,
  consent: null,
  limitedDataUse: null,
  hasContact: null,
  presence: null,
  fields: null,
})

/** `won` and `lost` are understood by every adapter whatever the label; anything else is the CRM's own stage id. */
export const WON = 'won'
export const LOST = 'lost'
