import type { Generated } from 'kysely'
import type { DeliveryState, HoldReason, Route } from '../model/delivery.ts'

export interface DeliveriesTable {
  id: Generated<number>
  stage_change_id: number
  deal_id: number
  origin_id: number
  source_id: string
  connection_id: string
  rule_id: string
  milestone: string
  occurrence: string
  event: string
  event_source: Route
  event_source_id: string
  event_id: string
  /** 1 when `event_id` is the browser pixel's. */
  browser_id: number
  occurred_at: number
  value_minor: number | null
  currency: string | null
  match_score: number
  match_keys: string
  /** Set when the delivery goes to TikTok's Test Events tab; part of what is frozen. */
  test_code: string | null
  state: DeliveryState
  hold_reason: HoldReason | null
  /** held: when the hold ends; waiting: when it may be sent. */
  next_at: number | null
  /** Never sent by itself after this moment, whatever happened before. */
  send_until: number
  /** The exact text of the event; null while held, empty once it was erased or purged. */
  payload: string | null
  attempts: number
  /** What the last attempt came to: a verdict of core/tiktok/outcome.ts. */
  outcome: string | null
  /** When the earliest attempt without a definite answer began. */
  first_unknown_at: number | null
  /** When the attempt that is in flight began; counts as unknown if its lease runs out. */
  began_at: number | null
  lease: string | null
  lease_until: number | null
  code: string | null
  message: string | null
  created_at: number
  settled_at: number | null
}

export interface AttemptsTable {
  id: Generated<number>
  connection_id: string
  event_source: Route
  event_source_id: string
  started_at: number
  ended_at: number
  events: number
  http_status: number | null
  outcome: string
  code: string
  message: string
  request_id: string | null
}

export interface AttemptDeliveriesTable {
  delivery_id: number
  attempt_id: number
}
