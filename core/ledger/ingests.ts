import type { Selectable } from 'kysely'
import { MINUTE } from '../model/time.ts'
import type { Db } from './ledger.ts'
import type { IngestsTable } from './schema.ts'

/** How far a stream got: of the whole stream, not of its last group. */
export interface IngestProgress {
  /** Lines that were read, blank and invalid ones included. */
  lines: number
  groups: number
  received: number
  duplicates: number
  conflicts: number
  invalid: number
}

/**
 * - `running`  the sender may be sending
 * - `done`     the sender ended it, everything is on disk
 * - `failed`   this host ended it; `error` says why
 * - `gone`     the sender went away or fell silent, or the host died: what `lines` counts is on disk
 */
export type IngestState = IngestsTable['state']

export interface Ingest extends IngestProgress {
  id: number
  sourceId: string
  state: IngestState
  error: string | null
  /** Epoch ms. */
  startedAt: number
  updatedAt: number
}

/** A stream that is alive says something at least every 30 s: after this long its host is dead. */
const SILENT_MS = 2 * MINUTE

/** A stream began; returns its id. */
export async function startIngest(
  db: Db,
  { sourceId, keyId }: { sourceId: string; keyId: string },
  now: number,
): Promise<number> {
  const { id } = await db
    .insertInto('ingests')
    .values({
      source_id: sourceId,
      key_id: keyId,
      state: 'running',
      lines: 0,
      groups: 0,
      received: 0,
      duplicates: 0,
      conflicts: 0,
      invalid: 0,
      error: null,
      started_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Notes how far a stream is; with a group, part of the transaction that keeps the group. */
export async function saveIngest(db: Db, id: number, progress: IngestProgress, now: number): Promise<void> {
  await db
    .updateTable('ingests')
    .set({ ...progress, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** The end of a stream. */
export async function endIngest(
  db: Db,
  id: number,
  end: { state: Exclude<IngestState, 'running'>; error: string | null },
  now: number,
): Promise<void> {
  await db
    .updateTable('ingests')
    .set({ ...end, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Newest first; of one source, or of all with `sourceId: null`. */
export async function listIngests(
  db: Db,
  { sourceId, before, limit }: { sourceId: string | null; before: number | null; limit: number },
  now: number,
): Promise<Ingest[]> {
  let query = db.selectFrom('ingests').selectAll().orderBy('id', 'desc').limit(limit)
  if (sourceId !== null) query = query.where('source_id', '=', sourceId)
  if (before !== null) query = query.where('id', '<', before)
  return (await query.execute()).map((row) => toIngest(row, now))
}

export async function ingestById(db: Db, id: number, now: number): Promise<Ingest | null> {
  const row = await db.selectFrom('ingests').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toIngest(row, now) : null
}

function toIngest(row: Selectable<IngestsTable>, now: number): Ingest {
  const { id, lines, groups, received, duplicates, conflicts, invalid, error } = row
  const isDead = row.state === 'running' && row.updated_at < now - SILENT_MS
  return {
    id,
    sourceId: row.source_id,
    state: isDead ? 'gone' : row.state,
    lines,
    groups,
    received,
    duplicates,
    conflicts,
    invalid,
    error,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
  }
}
