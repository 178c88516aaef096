import { z } from 'zod'
import { ROLES } from '../../core/ledger/api-keys.ts'
import { DELIVERY_STATES } from '../../core/model/delivery.ts'
import { DeliveryView, MoneyText, Story } from '../../core/model/story.ts'
import { Workspace } from '../../core/model/workspace.ts'

/** The shapes that more than one operation speaks of, under the names they have in the OpenAPI document. */

const Moment = z.iso.datetime()

export const Issue = z
  .object({ path: z.string(), message: z.string(), remedy: z.string().optional() })
  .meta({ id: 'Issue', description: 'one thing that is wrong, and where' })

const problemMembers = {
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('what happened'),
  code: z.enum([
    'invalid',
    'unauthorized',
    'forbidden',
    'not_found',
    'conflict',
    'too_large',
    'unsupported',
    'unavailable',
    'internal',
    'too_many',
    'too_slow',
  ]),
  remedy: z.string().describe('what to do about it'),
  errors: z.array(Issue).optional().describe('everything that is wrong, not only the first'),
}
export const ProblemShape = z
  .object(problemMembers)
  .meta({ id: 'Problem', description: 'an error as in RFC 9457' })

const received = {
  received: z.int().describe('items kept'),
  duplicates: z.int().describe('items that are known, with the same content'),
  conflicts: z.int().describe('items that are known with other content; the first one counts'),
  invalid: z.int().describe('items that cannot be read'),
  results: z.array(
    z.object({
      id: z.string().nullable().describe('the id of the sender, if the item has one'),
      index: z.int().describe('position in the body, from 0'),
      status: z.enum(['received', 'duplicate', 'conflict', 'invalid']),
      errors: z.array(Issue).optional(),
    }),
  ),
}
export const Received = z.object(received).meta({ id: 'Received' })
export const NothingReceived = z.object({ ...problemMembers, ...received }).meta({ id: 'NothingReceived' })

const streamed = {
  lines: z.int().describe('lines read, blank and invalid ones included: a sender resumes behind them'),
  received: z.int(),
  duplicates: z.int(),
  conflicts: z.int(),
  invalid: z.int(),
}
const ingestId = z.string().optional().describe('the id of the stream, on the first line only')
export const GroupAnswer = z
  .object({
    ingest: ingestId,
    group: z.int().describe('the last group this line is about; a slow reader gets one line for several'),
    ...streamed,
    firstErrors: z.array(
      z.object({
        line: z.int().describe('from 1'),
        id: z.string().nullable(),
        errors: z.array(Issue),
      }),
    ),
  })
  .meta({ id: 'GroupAnswer', description: 'one line of the answer of a stream: what it counts is on disk' })
export const LastAnswer = z
  .object({
    ingest: ingestId,
    done: z.boolean().describe('false: send again from behind `lines`'),
    ...streamed,
    groups: z.int(),
    error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).optional(),
  })
  .meta({ id: 'LastAnswer', description: 'the last line of a stream, with totals' })
export const Ingest = z
  .object({
    id: z.int(),
    source: z.string(),
    state: z
      .enum(['running', 'done', 'failed', 'gone'])
      .describe('gone: the sender went away or fell silent, or the host ended'),
    ...streamed,
    groups: z.int(),
    error: z.string().nullable(),
    startedAt: Moment,
    updatedAt: Moment.describe('the last group, or the end'),
  })
  .meta({ id: 'Ingest' })

export const Delivery = DeliveryView.meta({ id: 'Delivery' })
export const Money = MoneyText.meta({ id: 'Money' })

export const Explained = Story.extend({
  sentence: z.string().describe('why it was or was not sent'),
  timeline: z.array(z.object({ at: Moment, subject: z.string(), text: z.string() })),
}).meta({ id: 'Story' })

export const WorkspaceShape = Workspace.meta({
  id: 'Workspace',
  description: 'the settings; secrets are references, or { "sealed": true } when Closeback keeps them',
})

const FieldChange = z.object({ path: z.string(), from: z.json().optional(), to: z.json().optional() })
export const Applied = z
  .object({
    revision: z.int(),
    dryRun: z.boolean(),
    changes: z.array(
      z.object({
        action: z.enum(['create', 'update', 'delete']),
        kind: z.enum(['alerts', 'connection', 'source', 'rule', 'rate', 'order', 'retention']),
        id: z.string(),
        fields: z.array(FieldChange),
      }),
    ),
  })
  .meta({ id: 'Applied' })

const Parked = z.object({
  connectionId: z.string(),
  eventSourceId: z.string(),
  code: z.string(),
  remedy: z.string(),
})
export const PushResult = z
  .object({
    read: z.int().describe('messages read before sending'),
    accepted: z.int(),
    rejected: z.int(),
    waiting: z.int().describe('tried, and waiting again'),
    uncertain: z.int(),
    expired: z.int().describe('past their deadline in this cycle'),
    requests: z.int(),
    failed: z.array(z.object({ connectionId: z.string(), message: z.string(), remedy: z.string() })),
    parked: z.array(Parked),
  })
  .meta({ id: 'PushReport' })

export const Status = z
  .object({
    revision: z.int().describe('of the workspace'),
    paused: z.boolean().describe('nothing is sent to any connection'),
    unread: z.int().describe('messages in the inbox that are not read yet'),
    connections: z.array(
      z.object({
        id: z.string(),
        paused: z.boolean(),
        parked: z.array(
          z.object({
            eventSourceId: z.string(),
            since: Moment,
            code: z.string(),
            message: z.string(),
            remedy: z.string(),
          }),
        ),
      }),
    ),
    deliveries: z.array(
      z.object({
        connectionId: z.string(),
        event: z.string(),
        state: z.enum(DELIVERY_STATES),
        test: z.boolean(),
        count: z.int(),
        total: Money.nullable().describe('null for events without a value'),
      }),
    ),
    lastPush: z
      .object({ endedAt: Moment, report: PushResult })
      .nullable()
      .describe('the last cycle of this host since it started'),
  })
  .meta({ id: 'Status' })

export const Decisions = z
  .object({
    decisions: z.array(
      z.object({
        id: z.int(),
        state: z.enum(DELIVERY_STATES).describe('the state it is in now'),
        changed: z.boolean(),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'Decisions' })

const RoleShape = z.enum(ROLES)
export const ApiKeyShape = z
  .object({ id: z.string(), role: RoleShape, source: z.string().nullable(), createdAt: Moment })
  .meta({ id: 'ApiKey' })
export const NewApiKey = z
  .object({
    id: z.string(),
    key: z.string().describe('shown this once'),
    role: RoleShape,
    source: z.string().nullable(),
  })
  .meta({ id: 'NewApiKey' })
