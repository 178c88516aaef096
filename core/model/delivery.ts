import type { HashedIdentity } from '../identity/identity.ts'
import type { Money } from './money.ts'
import type { ContentItem } from './record.ts'

/** The states of a Delivery, the same in code, tables, API, pages and docs. */
export const DELIVERY_STATES = [
  'held',
  'waiting',
  'in_flight',
  'accepted',
  'rejected',
  'uncertain',
  'too_old',
  'cancelled',
] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Why a Delivery is held: each is looked at again on every change of the record, the rates or the workspace. */
export const HOLD_REASONS = [
  'no_amount',
  'currency',
  'no_value_yet',
  'possible_duplicate',
  'no_contact',
] as const
export type HoldReason = (typeof HOLD_REASONS)[number]

/** Why nothing was sent, strongest first: of several, the first in this order is the one shown. */
export const REASONS = [
  'error',
  'suppressed',
  'before_start',
  'no_rule',
  'not_tiktok',
  'no_match_key',
  'negative_amount',
  'no_amount',
  'not_sendable',
  'shadowed',
  'repeated',
] as const
export type Reason = (typeof REASONS)[number]

/** Where TikTok receives a conversion; `event_source` in the Events API. */
export const ROUTES = ['web', 'crm', 'offline'] as const
export type Route = (typeof ROUTES)[number]

/** One business event, complete: everything TikTok is told, and nothing else. */
export interface Conversion {
  route: Route
  /** Pixel code, CRM set id or offline set id. */
  eventSourceId: string
  event: string
  eventId: string
  /** Epoch ms; TikTok gets whole seconds. */
  occurredAt: number
  identity: HashedIdentity
  ttclid: string | null
  ttp: string | null
  leadId: string | null
  /** Where TikTok should say the lead came from, e.g. `HubSpot`; only for the `crm` route. */
  leadEventSource: string | null
  pageUrl: string | null
  referrer: string | null
  value: Money | null
  orderId: string | null
  contents: ContentItem[] | null
  limitedDataUse: boolean | null
}
