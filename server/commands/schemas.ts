import { z } from 'zod'
import { ROLES } from '../../core/ledger/api-keys.ts'
import { DELIVERY_STATES } from '../../core/model/delivery.ts'
import { DeliveryView, Story } from '../../core/model/story.ts'
import { Workspace } from '../../core/model/workspace.ts'
import { InstallStepShape, PollReportShape } from '../openapi/source-shapes.ts'
import { Manifest } from '../operator/manifest.ts'
import { ANALYSIS_SCHEMAS } from './analysis-schemas.ts'
import { HISTORY_SCHEMAS } from './history-schemas.ts'
import { REPORTING_SCHEMAS } from './reporting-schemas.ts'

const Issue = z.strictObject({ path: z.string(), message: z.string(), remedy: z.string().optional() })

const Change = z.strictObject({
  action: z.enum(['create', 'update', 'delete']),
  kind: z.enum(['alerts', 'connection', 'source', 'rule', 'rate', 'order', 'retention', 'capture', 'audits']),
  id: z.string(),
  fields: z.array(z.strictObject({ path: z.string(), from: z.json().optional(), to: z.json().optional() })),
})

const Finding = z.strictObject({
  name: z.string(),
  status: z.enum(['ok', 'warning', 'failed', 'not_checked']),
  detail: z.string(),
  remedy: z.string().nullable(),
})

const Count = z.number().int().min(0)

const Decisions = z.strictObject({
  decisions: z.array(
    z.strictObject({
      id: z.number().int(),
      state: z.enum(DELIVERY_STATES).describe('the state it is in now'),
      changed: z.boolean(),
      detail: z.string(),
    }),
  ),
})

const Switched = z.strictObject({
  connectionId: z.string().nullable().describe('null: every connection'),
  paused: z
    .boolean()
    .describe('whether nothing is sent to it now; true after "resume ID" while all of sending is paused'),
})

const Listening = z.strictObject({ url: z.string().describe('printed once it listens') })

const Restored = z.strictObject({
  takenAt: z.iso.datetime().describe('when the backup was taken'),
  revision: Count,
  uncertain: Count.describe('deliveries that may have been sent since: a person decides'),
  counts: z.record(z.string(), Count).describe('rows by table'),
  missingKeys: z.array(z.string()).describe('ids of keys that its secrets need and that are not here'),
})

/**
 * What each command prints with `--json`, exactly one document on stdout. Times are ISO 8601 in UTC, money is
 * `{"amount":"4200.00","currency":"USD"}`. A command that could not do its work prints `error` instead and exits 1 or 2.
 * docs/cli-schemas.json holds the same as JSON Schema.
 */
export const SCHEMAS = {
  error: z.strictObject({
    error: z.strictObject({
      code: z.enum([
        'usage',
        'invalid',
        'unauthorized',
        'forbidden',
        'not_found',
        'conflict',
        'too_large',
        'unsupported',
        'unavailable',
        'config',
        'unexpected',
      ]),
      message: z.string(),
      remedy: z.string().describe('what to do, one imperative sentence'),
      issues: z.array(Issue).describe('every single thing that is wrong'),
    }),
  }),
  serve: Listening,
  sandbox: Listening,
  apply: z.strictObject({
    revision: Count.describe('after it; unchanged when nothing was written'),
    dryRun: z.boolean(),
    changes: z.array(Change),
  }),
  export: Workspace,
  user: z.strictObject({
    url: z.string().describe('the link to a new password'),
    expiresAt: z.iso.datetime(),
  }),
  'api-key': z.strictObject({
    id: z.string(),
    key: z.string().describe('shown only here'),
    role: z.enum(ROLES),
    sourceId: z.string().nullable(),
  }),
  push: z.strictObject({
    read: Count.describe('messages read from the inbox'),
    accepted: Count,
    rejected: Count,
    waiting: Count.describe('sent or tried, and waiting again'),
    uncertain: Count,
    expired: Count.describe('past their deadline'),
    requests: Count,
    parked: z.array(
      z.strictObject({
        connectionId: z.string(),
        eventSourceId: z.string(),
        code: z.string(),
        remedy: z.string(),
      }),
    ),
    failed: z
      .array(z.strictObject({ connectionId: z.string(), message: z.string(), remedy: z.string() }))
      .describe('connections without a token; the exit code is 1 when there is one'),
  }),
  check: z.strictObject({
    ok: z.boolean().describe('false, and exit code 1, when a check failed'),
    connections: z.array(
      z.strictObject({
        id: z.string(),
        findings: z.array(Finding),
        deliveries: z.strictObject({
          held: Count,
          waiting: Count,
          inFlight: Count,
          uncertain: Count,
          rejected: Count,
        }),
      }),
    ),
    sources: z.array(z.strictObject({ id: z.string(), adapter: z.string(), findings: z.array(Finding) })),
    alerts: z.array(Finding).describe('empty when one source or connection was asked for'),
  }),
  'check --page': z.strictObject({
    ok: z.boolean().describe('false, and exit code 1, when the click did not arrive'),
    url: z.string(),
    findings: z.array(Finding),
  }),
  explain: z.strictObject({
    stories: z
      .array(
        Story.extend({
          sentence: z.string().describe('why it was or was not sent'),
          timeline: z.array(z.strictObject({ at: z.iso.datetime(), subject: z.string(), text: z.string() })),
        }),
      )
      .describe('one a record type that the source calls by this id'),
  }),
  events: z.strictObject({
    events: z.array(DeliveryView).describe('newest first'),
    before: z.number().int().nullable().describe('for --before, when there may be more'),
  }),
  requeue: Decisions,
  resolve: Decisions,
  pause: Switched,
  resume: Switched,
  erase: z.strictObject({
    id: z.string().describe('of this receipt; the journal has it too'),
    at: z.iso.datetime(),
    identifiers: z.array(
      z.strictObject({
        kind: z.enum(['email', 'phone', 'externalId']),
        hash: z.string().describe('the first 8 hex digits of its SHA-256'),
      }),
    ),
    found: z.boolean().describe('false: the ledger knew nothing of this person'),
    blanked: z.strictObject({
      deals: Count,
      messages: Count,
      conflicts: Count,
      touchpoints: Count,
      payloads: Count,
      cancelled: Count,
      uncertain: Count,
    }),
    scrubbed: z.boolean().describe('false: the write-ahead log was busy; run it again'),
  }),
  backup: Manifest.extend({ directory: z.string() }),
  restore: Restored,
  keys: z.strictObject({
    keyId: z.string().describe('the key that seals now'),
    resealed: Count,
    retired: z.array(z.string()).describe('keys that only earlier backups need'),
    keys: z.enum(['file', 'environment']).describe('where they come from'),
  }),
  retention: z.strictObject({
    before: z.iso.datetime().describe('what is older was emptied'),
    dryRun: z.boolean(),
    purged: z.strictObject({ deliveries: Count, inbox: Count, conflicts: Count }),
  }),
  doctor: z.strictObject({
    ok: z.boolean().describe('false, and exit code 1, when something failed'),
    findings: z.array(Finding),
  }),
  poll: z.strictObject({ sources: z.array(PollReportShape), read: Count.describe('messages read') }),
  install: z.strictObject({
    sourceId: z.string(),
    dryRun: z.boolean(),
    ok: z.boolean().describe('false, and exit code 1, when a step failed'),
    steps: z.array(InstallStepShape),
  }),
  ...ANALYSIS_SCHEMAS,
  ...REPORTING_SCHEMAS,
  ...HISTORY_SCHEMAS,
} as const
