import { z } from 'zod'
import { PERSON_ROLES } from '../../core/ledger/people.ts'
import { Issue, Money, WorkspaceShape } from './shapes.ts'

/** The shapes that the console speaks of, beside those of shapes.ts. */

const Moment = z.iso.datetime()

export const PersonRoleShape = z.enum(PERSON_ROLES)

export const PersonShape = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: PersonRoleShape,
    createdAt: Moment,
  })
  .meta({ id: 'Person' })

export const SessionShape = z
  .object({
    person: PersonShape.nullable().describe('null: nobody is signed in'),
    csrf: z.string().nullable().describe('what requests that change something repeat as x-csrf-token'),
    may: z.array(z.string()).describe('the routes this person may call'),
    firstStart: z.boolean().describe('there is no owner yet'),
  })
  .meta({ id: 'Session' })

export const InvitationShape = z
  .object({
    id: z.string(),
    email: z.string(),
    role: PersonRoleShape,
    createdAt: Moment,
    expiresAt: Moment,
  })
  .meta({ id: 'Invitation' })

/** A number of conversions and what they are worth, exactly, one amount a currency. */
export const AmountShape = z.object({ count: z.int(), values: z.array(Money) })

const EventSet = z.string().nullable()

export const ConnectionCard = z
  .object({
    id: z.string(),
    advertiserId: z.string(),
    currency: z.string(),
    timezone: z.string(),
    eventSets: z.object({
      web: EventSet,
      crm: EventSet,
      offline: EventSet,
      defaultPageUrl: z.string().nullable(),
    }),
    testEventCode: z.string().nullable().describe('everything goes to the Test Events tab'),
    startAt: z.string().nullable(),
    state: z.enum(['active', 'parked', 'token_refused', 'paused', 'disconnected']),
    lastAcceptedAt: Moment.nullable(),
    waiting: z.int(),
    held: z.int(),
    uncertain: z.int(),
    parked: z.array(
      z.object({
        eventSourceId: z.string(),
        since: Moment,
        code: z.string(),
        message: z.string(),
        remedy: z.string(),
      }),
    ),
  })
  .meta({ id: 'ConnectionCard' })

const JsonObject = z.record(z.string(), z.json())

export const AdapterShape = z
  .object({
    id: z.string(),
    title: z.string(),
    settings: JsonObject.describe('JSON Schema of what people write'),
    secrets: JsonObject.describe('JSON Schema; each secret is a list of one, or of two while it is rotated'),
    can: z.object({ receive: z.boolean(), poll: z.boolean(), install: z.boolean(), describe: z.boolean() }),
  })
  .meta({ id: 'Adapter' })

export const SourceCard = z
  .object({
    id: z.string(),
    adapter: z.string(),
    title: z.string(),
    hookUrl: z.string().nullable().describe('where it posts to; null when it is only polled'),
    settings: JsonObject,
    secrets: z.array(z.object({ name: z.string(), count: z.int().describe('2 while it is rotated') })),
    canPoll: z.boolean(),
    canInstall: z.boolean(),
    lastEventAt: Moment.nullable(),
    lastPollAt: Moment.nullable(),
    lastGoodPollAt: Moment.nullable(),
    pollProblem: z.string().nullable(),
    lastRequestAt: Moment.nullable().describe('the last request to this host, refused ones included'),
  })
  .meta({ id: 'SourceCard' })

export const HookRequestShape = z
  .object({
    at: Moment,
    status: z.int(),
    tookMs: z.number(),
    received: z.int(),
    duplicates: z.int(),
    conflicts: z.int(),
    invalid: z.int(),
    problem: z.string().nullable(),
    errors: z.array(Issue),
  })
  .meta({ id: 'HookRequest' })

export const VersionShape = z
  .object({
    revision: z.int(),
    at: Moment,
    actor: z.string(),
    person: z.string().nullable(),
    rules: WorkspaceShape.shape.rules,
  })
  .meta({ id: 'Version' })

const SampleSide = z.object({ event: z.string(), value: Money.nullable() }).nullable()

export const PreviewSampleShape = z
  .object({
    sourceId: z.string(),
    record: z.object({ type: z.string(), id: z.string() }),
    milestone: z.string(),
    occurredAt: Moment,
    inLedger: z.boolean().describe('false: only the CRM knows it yet'),
    ruleId: z.string(),
    connectionId: z.string(),
    before: SampleSide.describe('null: nothing is sent'),
    after: SampleSide.describe('null: nothing is sent'),
    why: z.string().nullable().describe('why a side sends nothing: reason, hold, or state of the delivery'),
  })
  .meta({ id: 'PreviewSample' })
