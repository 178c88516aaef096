import type { DeliveryState, Reason, Route } from './delivery.ts'
import type { Money } from './money.ts'
import type { RecordRef } from './record.ts'

/** Money of a group: of all together in the report's currency, else of equal amounts, so that each can be converted exactly. */
export interface Part {
  currency: string | null
  minor: bigint
  /** Between which changes of the rates it was: their index, 0 before the first. */
  era: number
}

/** What a tracking URL says of the campaign: `utm_id` and `utm_campaign`. */
export interface Tracked {
  id: string | null
  name: string | null
}

/** Deals of the book that share everything a reconciliation asks, counted together. */
export interface BookGroup {
  count: number
  /** The strongest state among their deliveries of this event; null without one. */
  state: DeliveryState | null
  /** rejected: TikTok's code; held: what for. */
  detail: string
  /** Why nothing was sent, the first that counts; null for what was sent, or never seen. */
  reason: Reason | null
  seen: boolean
  evidence: 'click' | 'lead' | 'cookie' | 'utm' | 'none'
  /** Days that the click was old at most, of CLICK_AGES; null where nobody knows. */
  clickAge: number | null
  campaign: Tracked
  test: boolean
  /** The CRM's amount; what it was, and what was sent, with the first accepted delivery. */
  book: Part
  was: Part
  value: Part
  /** Whether that delivery is dated inside the period. */
  inPeriod: boolean
}

/** One deal of the book, and what became of it. */
export interface BookDeal extends Pick<BookGroup, 'state' | 'detail' | 'reason' | 'seen'> {
  sourceId: string
  record: RecordRef
  /** When it was won, or entered the stage; epoch ms. */
  at: number
  campaign: string | null
  /** The CRM's amount, and what the delivery said: of a deal of the book the first that was accepted. */
  amount: Money | null
  sent: Money | null
  /** Epoch ms: the moment that delivery is dated. */
  sentAt: number | null
}

/** Accepted deliveries of the period that are no deal's first, or of no deal of the book. */
export interface RestGroup {
  count: number
  /** further: of a deal in the book. moved: the deal is won, at another time. gone: it is not won any more, or gone. */
  relation: 'further' | 'moved' | 'gone'
  value: Part
}

/** Accepted deliveries that share everything their way into TikTok's figures depends on. */
export interface DeliveredGroup {
  count: number
  value: Part
  route: Route
  campaign: Tracked
  /** Dated inside the period as the connection counts days, and as the account does. */
  inPeriod: boolean
  inAccountDays: boolean
  test: boolean
  /** It carries the id of a browser pixel's event, so that one of the two is dropped. */
  pixelCopy: boolean
  /** Whether a click id was sent, and whether the time of the click is known. */
  click: 'timed' | 'untimed' | 'none'
  /** Days that the click was old at most, of CLICK_AGES; null when unknown, or after the event. */
  clickAge: number | null
  clickDay: 'before' | 'inside' | 'after'
  /** The click is on a day that is not final. */
  settling: boolean
}
