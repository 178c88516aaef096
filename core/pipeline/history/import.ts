import type { Ticket } from '../../adapter.ts'
import type { Arrival, NewTicket } from '../../ledger/inbox.ts'
import { addEntry } from '../../ledger/journal.ts'
import type { Reason } from '../../model/delivery.ts'
import { ClosebackError, type Issue } from '../../model/errors.ts'
import type { JsonValue } from '../../model/json.ts'
import type { RecordRef } from '../../model/record.ts'
import type { MoneyText } from '../../model/story.ts'
import type { Pipeline } from '../context.ts'
import { hydrate } from '../hydrate.ts'
import type { ActiveSource } from '../settings.ts'
import { createImportCounts } from './import-counts.ts'
import type { Amount, TallyLine } from './tally.ts'

/** One row of a file: an item in the webhook's native body, or everything that is wrong with it. */
export type ImportRow =
  | { line: number; ok: true; item: JsonValue }
  | { line: number; ok: false; issues: Issue[] }

export interface BrokenRow {
  line: number
  issues: Issue[]
}

export interface ImportRequest {
  active: ActiveSource
  rows: AsyncIterable<ImportRow>
  /** `null` looks and writes nothing. */
  write: { commit(tickets: NewTicket[]): Promise<Arrival[]>; actor: string } | null
  onProgress?: (rows: number) => void
  mayContinue?: () => boolean
}

export interface ImportReport {
  /** Every row but the header and empty lines. */
  rows: number
  /** New to this source; what a run that writes nothing would receive. */
  received: number
  duplicates: number
  /** Rows whose key was used before with other content: the first one stands. */
  conflicts: number
  broken: number
  /** Of `broken`, the first so many. */
  brokenRows: BrokenRow[]
  /** What was received, by stage. */
  stages: (Amount & { stage: string; milestone: string })[]
  /** What becomes of it by the rules as they stand, within start and age limits. */
  lines: ImportLine[]
  unmatched: { reason: Reason; count: number }[]
  /** The first three items, without anything about a person but which fields are there. */
  samples: Sample[]
}

/** One event of one rule at one connection. */
export interface ImportLine
  extends Pick<TallyLine, 'ruleId' | 'connectionId' | 'event' | 'held' | 'reasons'> {
  goes: Amount
  /** Not in `goes`: past the age limit already. */
  tooOld: number
}

export interface Sample {
  line: number
  record: RecordRef
  stage: string
  occurredAt: number
  amount: MoneyText | null
  /** Names of the other fields that have a value. */
  fields: string[]
}

export type LinedTicket = Ticket & { line: number }

/** Rows committed in one transaction. */
const BATCH = 256

/**
 * Takes a file of stage changes in as if each row had been posted to the source's webhook: the same reader, the same
 * keys, the same inbox, the same limits. A broken row costs nobody else anything.
 */
export async function importRows(pipeline: Pipeline, request: ImportRequest): Promise<ImportReport> {
  const { active, rows, write, onProgress, mayContinue = () => true } = request
  const { readItem } = active.adapter
  if (!readItem) throw cannotImport(active)
  const ctx = pipeline.adapterContext(active)
  const counts = await createImportCounts(pipeline, active)
  let batch: LinedTicket[] = []
  const flush = async () => {
    const tickets = batch
    batch = []
    if (tickets.length === 0) return
    if (!mayContinue()) throw stopped()
    await counts.take(tickets, write)
    onProgress?.(counts.counts.rows)
  }
  for await (const row of rows) {
    counts.counts.rows++
    const read = row.ok ? readItem(row.item, ctx) : null
    if (read?.ok) {
      batch.push({ ...read.ticket, line: row.line })
    } else counts.broken(row.line, read ? read.invalid.errors : row.ok ? [] : row.issues)
    if (batch.length === BATCH) await flush()
  }
  await flush()
  if (write) {
    const { received, broken } = counts.counts
    await addEntry(pipeline.ledger.db, {
      at: pipeline.ledger.now(),
      actor: write.actor,
      verb: 'import',
      subject: `source ${active.source.id}`,
      detail: `${received} received, ${broken} broken`,
    })
    await hydrate(pipeline, mayContinue)
  }
  return counts.finish()
}

function cannotImport({ source, adapter }: ActiveSource): ClosebackError {
  return new ClosebackError(
    'invalid',
    `Files cannot be imported into the source ${source.id} (${adapter.title}).`,
    {
      remedy: 'Import into a source with the adapter "webhook".',
    },
  )
}

function stopped(): ClosebackError {
  return new ClosebackError('unavailable', 'The import was stopped before the end of the file.', {
    remedy: 'Run it again: rows that are in already count as duplicates.',
  })
}
