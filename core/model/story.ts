import { z } from 'zod'
import { DELIVERY_STATES, HOLD_REASONS, REASONS, ROUTES } from './delivery.ts'

/** A moment, as ISO 8601 in UTC. */
const Instant = z.iso.datetime()

/** Money outside: `{"amount":"4200.00","currency":"USD"}`. */
export const MoneyText = z.strictObject({ amount: z.string(), currency: z.string() })
export type MoneyText = z.infer<typeof MoneyText>

const Message = z.strictObject({
  /** The sender's name for it, with the kind of name in front (`id:evt_81`). */
  key: z.string(),
  receivedAt: Instant,
  state: z.enum(['new', 'done', 'failed']).describe('new: not read yet; failed: given up'),
  problem: z.string().nullable().describe('why it could not be read, the last time it was tried'),
  kept: z.array(z.string()).describe('identifiers kept: hashed, or plain where TikTok asks for plain'),
  dropped: z.array(z.strictObject({ field: z.string(), why: z.string() })).describe('identifiers left out'),
  conflicts: z
    .array(
      z.strictObject({
        receivedAt: Instant,
        fields: z.array(z.string()).describe('what the second one said else'),
      }),
    )
    .describe('messages with the same key and other content; the first one counts'),
})

const Touchpoint = z.strictObject({
  at: Instant,
  kind: z.enum(['click', 'visit']),
  ttclid: z.boolean(),
  ttp: z.boolean(),
  source: z.string().nullable(),
  medium: z.string().nullable(),
  campaign: z.string().nullable(),
})

const WhyNot = z.strictObject({
  ruleId: z.string().nullable().describe('null: no rule matched'),
  connectionId: z.string().nullable(),
  reason: z.enum(REASONS),
  detail: z.string(),
})

const Attempt = z.strictObject({
  startedAt: Instant,
  endedAt: Instant,
  events: z.number().int().describe('events in the same request'),
  httpStatus: z.number().int().nullable(),
  outcome: z.string(),
  code: z.string(),
  message: z.string(),
  requestId: z.string().nullable(),
})

const Decision = z.strictObject({ at: Instant, actor: z.string(), verb: z.string(), detail: z.string() })

const Obstacle = z.strictObject({
  kind: z.enum(['paused', 'parked']),
  since: Instant,
  code: z.string().nullable(),
  remedy: z.string(),
})

/** One delivery: `closeback events` lists the same, and a story adds what happened to it. */
export const DeliveryView = z.strictObject({
  id: z.number().int(),
  sourceId: z.string(),
  record: z.strictObject({ type: z.string(), id: z.string() }),
  connectionId: z.string(),
  ruleId: z.string(),
  milestone: z.string(),
  event: z.string(),
  route: z.enum(ROUTES),
  eventSourceId: z.string(),
  eventId: z.string(),
  occurredAt: Instant,
  value: MoneyText.nullable(),
  matchScore: z.number().int(),
  matchKeys: z.array(z.string()),
  test: z.boolean(),
  state: z.enum(DELIVERY_STATES),
  holdReason: z.enum(HOLD_REASONS).nullable(),
  nextAt: Instant.nullable().describe('held: when the hold ends; waiting: when it may be sent'),
  sendUntil: Instant.describe('never sent by itself after this moment'),
  attempts: z.number().int(),
  outcome: z.string().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  firstUnknownAt: Instant.nullable(),
  createdAt: Instant,
  settledAt: Instant.nullable(),
})
export type DeliveryView = z.infer<typeof DeliveryView>

const StoryDelivery = DeliveryView.extend({
  requests: z.array(Attempt),
  decisions: z.array(Decision),
  obstacle: Obstacle.nullable().describe('what keeps a waiting delivery from being sent'),
})
export type StoryDelivery = z.infer<typeof StoryDelivery>

const Change = z.strictObject({
  id: z.number().int(),
  key: z.string(),
  occurredAt: Instant,
  seenAt: Instant,
  pipeline: z.string().nullable(),
  stage: z.string(),
  previousStage: z.string().nullable(),
  milestone: z.string(),
  aside: z.literal(true).optional().describe('said without moving the record, as a workflow does'),
  amount: MoneyText.nullable(),
  whyNot: z.array(WhyNot),
  deliveries: z.array(StoryDelivery),
})
export type StoryChange = z.infer<typeof Change>

/** What became different after something was sent. TikTok takes nothing back, so these are only told. */
const Later = z.strictObject({
  at: Instant,
  kind: z.enum(['lost', 'reopened', 'won_again', 'amount_changed']),
  from: MoneyText.nullable(),
  to: MoneyText.nullable(),
})
export type StoryLater = z.infer<typeof Later>

/** Everything that happened to one record of one source. Names nobody: identifiers appear as the names of their fields. */
export const Story = z.strictObject({
  sourceId: z.string(),
  record: z.strictObject({ type: z.string(), id: z.string() }),
  now: z
    .object({
      pipeline: z.string().nullable(),
      stage: z.string().nullable(),
      amount: MoneyText.nullable(),
      consent: z.enum(['granted', 'denied']).nullable(),
      problems: z
        .array(z.string())
        .optional()
        .describe('what of the record could not be read, and what to do'),
    })
    .nullable()
    .describe('the record as last heard of; null while no message about it was read'),
  countedAs: z
    .object({ sourceId: z.string(), record: z.strictObject({ type: z.string(), id: z.string() }) })
    .nullable()
    .describe('the same deal in another source, whose identity this one shares'),
  messages: z.array(Message),
  touchpoints: z.array(Touchpoint),
  changes: z.array(Change).describe('in the order they occurred'),
  later: z.array(Later),
})
export type Story = z.infer<typeof Story>
export type StoryMessage = Story['messages'][number]
