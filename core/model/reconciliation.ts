import { z } from 'zod'
import { DELIVERED_BARS } from './delivered-bars.ts'
import type { DELIVERY_STATES, DeliveryState } from './delivery.ts'
import { MoneyText } from './story.ts'

/** Which state speaks for a deal of several deliveries: the first of these. */
export const STATE_ORDER: readonly DeliveryState[] = [
  'accepted',
  'uncertain',
  'rejected',
  'waiting',
  'in_flight',
  'held',
  'too_old',
  'cancelled',
] satisfies (typeof DELIVERY_STATES)[number][]

/** Where every deal of the book is found: the first of these that fits. */
export const BUCKETS = [
  'accepted',
  'uncertain',
  'rejected',
  'waiting',
  'held',
  'too_old',
  'cancelled',
  'not_seen',
  'suppressed',
  'before_start',
  'no_rule',
  'not_tiktok',
  'no_match_key',
  'not_sendable',
] as const
export type Bucket = (typeof BUCKETS)[number]

/** From the CRM's amounts of what was accepted to what was delivered in the period. */
export const BRIDGE_STEPS = [
  'amount_changed',
  'value_rule',
  'currency',
  'no_longer_won',
  'won_date_moved',
  'further_deliveries',
] as const
export type BridgeStep = (typeof BRIDGE_STEPS)[number]

/** From delivered to reported. */
export const REPORT_STEPS = [
  'test_events',
  'pixel_copies',
  'time_zone',
  'outside_click_window',
  'no_click_id',
  'click_day',
  'counted_once',
  'restatement',
  'account_currency',
  'view_through',
  'other_events',
  'other_senders',
] as const
export type ReportStep = (typeof REPORT_STEPS)[number]

/** Ages of a click that windows ask for, in days: those TikTok sells, and those its answers may name. */
export const CLICK_AGES = [1, 7, 14, 28, 30, 32] as const
/** The age of whatever is older. */
export const OLDER = 9999

/** `counted` is added up from the ledger, OPEN_BARS say which of it opens to deals; `estimated` and `bound` are figures nobody can open. */
export const BASES = ['counted', 'estimated', 'bound'] as const
export type Basis = (typeof BASES)[number]

export const Amount = z.strictObject({
  count: z.number().int(),
  values: z.array(MoneyText).describe('the currency of the report first, then those without a rate'),
})
export type Amount = z.infer<typeof Amount>

const Range = z.strictObject({ low: z.number().int(), high: z.number().int() })
const MoneyRange = z.strictObject({
  low: MoneyText,
  high: MoneyText.nullable().describe('null: no upper bound is known'),
})
const Split = z.array(z.strictObject({ name: z.string(), amount: Amount }))

/** A three-way report over one connection and one TikTok event. Every figure of money is exact. */
export const Reconciliation = z.strictObject({
  connectionId: z.string(),
  event: z.string(),
  from: z.iso.date().describe('account day, included'),
  to: z.iso.date().describe('account day, included'),
  timezone: z.string(),
  currency: z.string(),
  asOf: z.iso.datetime().nullable().describe('as TikTok told it then'),
  book: z.strictObject({
    id: z
      .number()
      .int()
      .nullable()
      .describe("the CRM's list as it stood when asked, kept for a day; null: none"),
    kind: z
      .enum(['crm', 'file', 'ledger'])
      .describe('ledger: no CRM was asked; unseen deals are not claimed'),
    detail: z.string(),
    total: Amount,
    closeDates: z
      .array(
        z.strictObject({
          sourceId: z.string(),
          byCloseDate: Amount,
          byStageDate: Amount,
          difference: Amount.describe('close date against stage date'),
        }),
      )
      .describe("the CRM's own totals, where it gives them"),
  }),
  buckets: z.array(
    z.strictObject({
      bucket: z.enum(BUCKETS),
      amount: Amount,
      details: Split.describe('rejected: by code; held: by what is missing; not_sendable: by reason'),
      evidence: Split,
      clickAge: Split,
      campaign: Split,
      test: Split,
    }),
  ),
  bridge: z.array(z.strictObject({ step: z.enum(BRIDGE_STEPS), amount: Amount })),
  delivered: Amount,
  steps: z.array(
    z.strictObject({
      step: z.enum(REPORT_STEPS),
      basis: z.enum(BASES),
      count: Range,
      value: MoneyRange.nullable().describe('null: nobody can say'),
      detail: z.string(),
    }),
  ),
  expected: z.strictObject({ count: Range, value: MoneyRange.nullable() }),
  reported: z
    .strictObject({
      count: z.number().int(),
      value: MoneyText.nullable(),
      metrics: z.array(z.string()).describe('what TikTok calls them'),
    })
    .nullable()
    .describe('null: TikTok has no figure for this event, or none was pulled'),
  unexplained: z
    .strictObject({ count: z.number().int(), value: MoneyText.nullable() })
    .nullable()
    .describe('what lies outside of everything above'),
  alarm: z.boolean().describe('something is unexplained, and every day is final'),
  days: z.array(
    z.strictObject({
      day: z.iso.date(),
      state: z.enum(['open', 'provisional', 'final', 'incomplete']),
      delivered: z.number().int(),
      reported: z.number().int().nullable(),
    }),
  ),
  windows: z.strictObject({
    connection: z.strictObject({ clickDays: z.number(), viewDays: z.number() }),
    tiktok: z.array(
      z.strictObject({ clickDays: z.number(), viewDays: z.number(), adGroups: z.number().int() }),
    ),
    aligned: Amount.describe('what was delivered, as far as its click lies inside the windows of TikTok'),
  }),
  campaigns: z.array(
    z.strictObject({
      id: z.string().nullable(),
      name: z.string(),
      delivered: Amount,
      reported: z.number().int().nullable(),
      reportedValue: MoneyText.nullable(),
      spend: MoneyText.nullable(),
    }),
  ),
  causes: z.array(
    z.strictObject({
      cause: z.string(),
      basis: z.enum(BASES),
      count: Range,
      revenue: z.array(MoneyText),
      evidence: z.string(),
      remedy: z.string(),
    }),
  ),
  notes: z.array(z.string()),
})
export type Reconciliation = z.infer<typeof Reconciliation>

/**
 * What can be opened to its deals: the whole book, a bucket of it, what was sent with another amount than the CRM has now, and
 * figures of what was delivered.
 */
export const OPEN_BARS = ['book', ...BUCKETS, 'amount_differs', ...DELIVERED_BARS] as const
export type OpenBar = (typeof OPEN_BARS)[number]

/** One deal behind a bar. */
export const ReconciledDeal = z.strictObject({
  sourceId: z.string(),
  record: z.strictObject({ type: z.string(), id: z.string() }),
  at: z.iso.datetime().describe('when it was won, or entered the stage'),
  bucket: z.enum(BUCKETS),
  detail: z.string().nullable().describe('code, what is missing, or reason'),
  campaign: z.string().nullable(),
  amount: MoneyText.nullable().describe("the CRM's"),
  sent: MoneyText.nullable().describe(
    'what the delivery said: of a deal of the book the first that was accepted',
  ),
  sentAt: z.iso.datetime().nullable().describe('the moment that delivery is dated'),
})
export type ReconciledDeal = z.infer<typeof ReconciledDeal>
