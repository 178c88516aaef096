import { z } from 'zod'
import { CORRECTION_HOUR, MAX_EVENT_AGE_DAYS, MAX_EVENTS, MAX_RETRY_HOURS } from './tiktok.ts'

/** Names people choose: short, safe in a URL path, a file name and a shell. */
const Id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'use 1 to 64 of a-z, 0-9, "-", "_", "." and start with a letter or digit',
  )

const Currency = z.string().regex(/^[A-Z]{3}$/, 'use an ISO 4217 code in capitals, for example USD')
const DecimalText = z
  .string()
  .regex(/^-?\d{1,15}(\.\d{1,12})?$/, 'use a decimal number in quotes, for example "50.00"')
const Instant = z.iso.datetime({
  offset: true,
  message: 'use a date and time with an offset, for example 2026-11-01T00:00:00Z',
})

/** Where a secret comes from. `env` and `file` stay references; `value` is sealed on apply and exported as `sealed: true`. */
const SecretRef = z.union(
  [
    z.strictObject({ env: z.string().min(1) }),
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ value: z.string().min(1) }),
    z.strictObject({ sealed: z.literal(true) }),
  ],
  'use { env: NAME }, { file: PATH } or { value: "…" }',
)
export type SecretRef = z.infer<typeof SecretRef>

/** One secret, or two while it is being rotated: both are valid, the first one signs. */
const SecretRefs = z.union(
  [SecretRef, z.array(SecretRef).min(1).max(2)],
  'use { env: NAME }, { file: PATH } or { value: "…" }, or a list of two of them while rotating',
)
export type SecretRefs = z.infer<typeof SecretRefs>

const EventSets = z
  .strictObject({
    web: z.string().min(1).describe('pixel code, for example C4AAAAAAAAAAAAAAAAAA').optional(),
    crm: z.string().min(1).describe('CRM event set id').optional(),
    offline: z.string().min(1).describe('offline event set id').optional(),
    defaultPageUrl: z
      .url({ protocol: /^https?$/ })
      .describe('page URL of web events whose record has none')
      .optional(),
  })
  .refine((sets) => sets.web || sets.crm || sets.offline, 'name at least one of web, crm, offline')

const Delivery = z.strictObject({
  maxEventAgeDays: z.number().int().min(1).max(3650).default(MAX_EVENT_AGE_DAYS),
  uncertainRetryHours: z.number().min(0).max(MAX_RETRY_HOURS).default(MAX_RETRY_HOURS),
  maxBatchEvents: z.number().int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
  noAmountMinutes: z.number().int().min(0).max(43_200).default(60),
  testEventCode: z
    .string()
    .min(1)
    .describe('sends everything to the Test Events tab; remove in production')
    .optional(),
  partnerName: z.string().min(1).max(64).optional(),
})

const Insights = z.strictObject({
  correctionHour: z
    .number()
    .int()
    .min(0)
    .max(23)
    .describe('hour UTC at which TikTok corrects past days; its documents say 12 and 8')
    .default(CORRECTION_HOUR),
})

const Connection = z.strictObject({
  id: Id,
  advertiserId: z.string().regex(/^\d{1,32}$/, 'use the numeric advertiser id, in quotes'),
  currency: Currency,
  timezone: z.string().min(1).describe('IANA name of the ad account, for example America/New_York'),
  eventSets: EventSets,
  tokens: z.strictObject({ events: SecretRef, marketing: SecretRef.optional() }),
  windows: z
    .strictObject({ clickDays: z.number().int().min(0).max(28), viewDays: z.number().int().min(0).max(7) })
    .default({ clickDays: 7, viewDays: 1 }),
  delivery: Delivery.prefault({}),
  insights: Insights.prefault({}),
  startAt: Instant.describe('replaces every other start limit for this connection').optional(),
})
export type Connection = z.infer<typeof Connection>

const Source = z.strictObject({
  id: Id,
  adapter: z.string().min(1),
  secrets: z.record(z.string(), SecretRefs).default({}),
  settings: z.record(z.string(), z.unknown()).default({}),
  dealKey: z
    .string()
    .min(1)
    .describe('field that holds the id of the same deal in another source')
    .optional(),
  limits: z
    .strictObject({
      requestsPerMinute: z
        .number()
        .int()
        .min(1)
        .max(10_000_000)
        .describe(
          'requests that one host takes from this source in a minute, a stream counts as one; then 429',
        ),
    })
    .optional(),
})
export type Source = z.infer<typeof Source>

/** Equal to one of the given texts; `not` turns it round; `present` asks only whether the field has a value. */
const FieldTest = z.union(
  [
    z.string(),
    z.array(z.string()).min(1),
    z.strictObject({ not: z.union([z.string(), z.array(z.string()).min(1)]) }),
    z.strictObject({ present: z.boolean() }),
  ],
  'use a text, a list of texts, { not: … } or { present: true }',
)
export type FieldTest = z.infer<typeof FieldTest>

const Value = z.union(
  [
    z.strictObject({
      from: z.string().min(1).describe('`amount`, or the name of a field'),
      percent: DecimalText.describe('share of it, for example "20" for a fifth').optional(),
      currency: Currency.describe('currency of a field; an amount brings its own').optional(),
    }),
    z.strictObject({ fixed: DecimalText, currency: Currency }),
    z.strictObject({
      expected: z.literal(true).describe('what deals that enter the stage come to on average, learned daily'),
    }),
  ],
  'use { from: amount }, { fixed: "50.00", currency: USD } or { expected: true }',
)
export type Value = z.infer<typeof Value>

const Rule = z.strictObject({
  id: Id,
  source: z.string().min(1).describe('a source id, or "*" for all'),
  when: z.strictObject({
    record: z.string().min(1).describe('record type, for example deal or form').optional(),
    pipeline: z.string().min(1).optional(),
    stage: z.string().min(1).describe('won, lost, or the stage id of the CRM'),
    fields: z.record(z.string(), FieldTest).optional(),
  }),
  audience: z
    .enum(['tiktok', 'any'])
    .describe('tiktok: only records with ttclid, ttp, a TikTok lead id or utm_source tiktok; any: everybody'),
  once: z.boolean().default(true).describe('false: every time the stage is entered, not only the first'),
  send: z.strictObject({
    event: z.string().min(1).max(64).describe('a standard TikTok event, or a custom name'),
    to: z.array(Id).min(1),
    value: Value.optional(),
    whenNoAmount: z.enum(['send', 'skip']).default('skip'),
  }),
})
export type Rule = z.infer<typeof Rule>

/** `to` units for one `from` unit, from that day on. */
const Rate = z.strictObject({ date: z.iso.date(), from: Currency, to: Currency, rate: DecimalText })
export type Rate = z.infer<typeof Rate>

/** Payloads hold hashes; nobody needs them once TikTok's 28 days and the usual inquiries are over. */
export const DEFAULT_PAYLOAD_DAYS = 180

const Retention = z.strictObject({
  payloadDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .describe(
      `days that payloads and the contents of messages are kept; ${DEFAULT_PAYLOAD_DAYS} without this setting`,
    ),
})

const Alerts = z.strictObject({
  webhook: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/, error: 'use a URL that starts with https://' })
        .max(2000)
        .describe('public https address that alerts are posted to, for example a Slack webhook'),
      secret: SecretRef.describe('`whsec_…`: signs what is posted, as Standard Webhooks says'),
    })
    .optional(),
  silenceHours: z
    .number()
    .int()
    .min(1)
    .max(8760)
    .describe('tells when no stage change came in for so long; without it silence is no alert')
    .optional(),
})

const Capture = z.strictObject({
  origins: z
    .array(
      z
        .string()
        .regex(
          /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/,
          'use a site as its address begins, for example https://www.shop.example',
        ),
    )
    .min(1)
    .describe('sites whose pages may post visits to /collect; without this nobody may'),
  requestsPerMinute: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(6000)
    .describe('visits that one host takes in a minute from all of them; then 429'),
})

/** Days of the week, Monday first. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

const Points = z.number().min(0).max(100)

const Audits = z.strictObject({
  weekday: z.enum(WEEKDAYS).default('monday'),
  days: z.number().int().min(1).max(90).describe('account days that each audit looks at').default(28),
  thresholds: z
    .strictObject({
      unexplainedPoints: Points.default(2),
      matchRatePoints: Points.default(10),
      ttclidPoints: Points.default(10),
      rejectedPoints: Points.default(5),
      utmPoints: Points.default(10),
      lagHours: z.number().min(0).max(8760).default(12),
    })
    .describe('percentage points, and hours, that a figure may get worse by between two audits')
    .prefault({}),
})
/** What is audited where the workspace says nothing: every Monday, the last four weeks. */
export const AUDITS = Audits.parse({})

/** The settings document: what people read, diff and apply. */
export const Workspace = z.strictObject({
  version: z.literal(1, 'this Closeback reads version 1'),
  connections: z.array(Connection).default([]),
  sources: z.array(Source).default([]),
  rules: z.array(Rule).default([]),
  rates: z.array(Rate).default([]),
  alerts: Alerts.optional(),
  retention: Retention.optional(),
  capture: Capture.optional(),

  audits: Audits.optional(),
})
export type Workspace = z.infer<typeof Workspace>
/** What a person writes: defaults may be left out. */
export type WorkspaceInput = z.input<typeof Workspace>

export const EMPTY_WORKSPACE: Workspace = { version: 1, connections: [], sources: [], rules: [], rates: [] }
