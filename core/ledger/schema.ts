import type { Generated } from 'kysely'
import type { Reason } from '../model/delivery.ts'
import type { AuditTables } from './schema-audits.ts'
import type { VisitorsTable, VisitsTable } from './schema-capture.ts'
import type { ConsoleTables } from './schema-console.ts'
import type { InsightTables } from './schema-insights.ts'
import type { DailyJobsTable, IdentitiesTable, RestoresTable, SuppressionsTable } from './schema-operating.ts'
import type { AttemptDeliveriesTable, AttemptsTable, DeliveriesTable } from './schema-outbox.ts'
import type { ReportTables } from './schema-reports.ts'
import type { RunsTable } from './schema-runs.ts'
import type { LeasesTable, PollsTable } from './schema-sources.ts'

/**
 * The tables, as Kysely types. Times are epoch milliseconds, amounts minor units, both 64-bit integers read as
 * safe integers; totals are read as text and turned into BigInt (`total` in rows.ts). Flags are 0 or 1; JSON is text.
 */
export interface Tables extends AuditTables, ConsoleTables, InsightTables, ReportTables {
  workspace: WorkspaceTable
  sealed_secrets: SealedSecretsTable
  sources: SourcesTable
  rule_starts: RuleStartsTable
  removed_rules: RemovedRulesTable
  connections: ConnectionsTable
  event_sets: EventSetsTable
  clock: ClockTable
  api_keys: ApiKeysTable
  inbox: InboxTable
  conflicts: ConflictsTable
  ingests: IngestsTable
  deals: DealsTable
  touchpoints: TouchpointsTable
  identities: IdentitiesTable
  suppressions: SuppressionsTable
  stage_changes: StageChangesTable
  reasons: ReasonsTable
  deliveries: DeliveriesTable
  restores: RestoresTable
  daily_jobs: DailyJobsTable
  attempts: AttemptsTable
  attempt_deliveries: AttemptDeliveriesTable
  journal: JournalTable
  alerts: AlertsTable
  leases: LeasesTable
  polls: PollsTable
  runs: RunsTable
  visits: VisitsTable
  visitors: VisitorsTable
}

/** One row: which revision of the settings document was committed last, and on PostgreSQL the document itself. */
export interface WorkspaceTable {
  id: number
  revision: number
  digest: string
  document: string | null
  updated_at: number
  actor: string
}

export interface SealedSecretsTable {
  place: string
  key_id: string
  nonce: string
  text: string
}

/** A source's identity, given once and kept after the source is gone, so that a deal can never count under two. */
export interface SourcesTable {
  id: string
  uid: string
  adapter: string
  created_at: number
}

/** When a rule (by its id) was first active for a connection; edits keep it. */
export interface RuleStartsTable {
  rule_id: string
  connection_id: string
  started_at: number
}

export interface RemovedRulesTable {
  rule_id: string
  removed_at: number
}

/** What a connection is doing, as opposed to how it is configured. The id `*` stands for all of them (after a restore). */
export interface ConnectionsTable {
  id: string
  paused_at: number | null
  /** When its token was given up on purpose; null while it is connected. */
  disconnected_at: number | null
}

/** A parked (connection, event set): nothing is sent to it but a probe, until one succeeds. */
export interface EventSetsTable {
  connection_id: string
  event_source_id: string
  parked_at: number
  code: string
  message: string
  remedy: string
  /** Digest of the token that was refused: another token is probed at once. */
  token_digest: string
  probe_at: number
}

/** One row: the highest `Date` TikTok ever answered with, shared by all hosts. */
export interface ClockTable {
  id: number
  tiktok_time: number
}

export interface ApiKeysTable {
  id: string
  /** SHA-256 of the key, lower-case hex: the keys themselves carry 256 random bits. */
  hash: string
  role: string
  source_id: string | null
  created_at: number
  revoked_at: number | null
}

export interface InboxTable {
  id: Generated<number>
  source_id: string
  key: string
  /** Keyed digest of the item as the sender said it. */
  digest: string
  received_at: number
  record_type: string
  record_id: string
  content: string
  identity: string | null
  state: 'new' | 'done' | 'failed'
  attempts: number
  next_at: number
  error: string | null
}

/** Same key, other content: the first one counts, this one is only shown. */
export interface ConflictsTable {
  id: Generated<number>
  source_id: string
  key: string
  digest: string
  received_at: number
  content: string
}

/** One stream of lines and how far it got. Counts are of the whole stream. */
export interface IngestsTable {
  id: Generated<number>
  source_id: string
  /** The API key it came with. */
  key_id: string
  state: 'running' | 'done' | 'failed' | 'gone'
  /** Lines that were read, blank and invalid ones included: the sender resumes behind them. */
  lines: number
  groups: number
  received: number
  duplicates: number
  conflicts: number
  invalid: number
  error: string | null
  started_at: number
  updated_at: number
}

/** The latest known state of a record; `origin_id` is the first-seen record of the same deal (itself, as a rule). */
export interface DealsTable {
  id: Generated<number>
  source_id: string
  record_type: string
  record_id: string
  origin_id: number | null
  /** The same deal's id in another source, from the field that `dealKey` names. */
  link: string | null
  /** What is known, each fact with the time it holds for: see model/known.ts. */
  known: string
  created_at: number
}

export interface TouchpointsTable {
  id: Generated<number>
  deal_id: number
  digest: string
  at: number
  content: string
}

export interface StageChangesTable {
  id: Generated<number>
  source_id: string
  key: string
  deal_id: number
  pipeline: string | null
  stage: string
  previous_stage: string | null
  milestone: string
  occurred_at: number
  history_id: string | null
  amount_minor: number | null
  currency: string | null
  browser_event: string | null
  seen_at: number
  /** 1 where the record stayed in its stage. */
  aside: number | null
}

/** Why nothing was sent, per rule and connection; empty strings where no rule matched. */
export interface ReasonsTable {
  stage_change_id: number
  rule_id: string
  connection_id: string
  reason: Reason
  detail: string
}

/** What people and the clock decided, beside the attempts. Never personal data. */
export interface JournalTable {
  id: Generated<number>
  at: number
  actor: string
  verb: string
  subject: string
  delivery_id: number | null
  detail: string
}

/** What was wrong, from when to when, and whether somebody was told. One open row a (kind, subject). */
export interface AlertsTable {
  id: Generated<number>
  kind: string
  subject: string
  since: number
  /** When it was last found to be so. */
  seen_at: number
  /** When it was last told: raised, or repeated. */
  told_at: number
  /** What the webhook has still to be sent, and from when on; null for nothing. */
  pending: 'raised' | 'repeated' | 'resolved' | null
  next_at: number
  attempts: number
  last_sent_at: number | null
  resolved_at: number | null
  /** JSON: what is wrong, and the first thing to look at. */
  detail: string
}
