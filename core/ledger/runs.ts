import type { Selectable } from 'kysely'
import { MINUTE } from '../model/time.ts'
import type { Db } from './ledger.ts'
import type { RunsTable } from './schema-runs.ts'

export type RunKind = RunsTable['kind']

/** How far it is, and what came of it so far (JSON). */
export interface RunProgress {
  count: number
  total: number | null
  result: object | null
}

/**
 * - `running`  a host is at it
 * - `done`     it came to its end; `result` says with what
 * - `failed`   it did not; `problem` says why
 * - `gone`     its host died: what it did until then stays done
 */
export interface Run extends RunProgress {
  id: number
  kind: RunKind
  sourceId: string
  asked: object
  actor: string
  state: RunsTable['state'] | 'gone'
  problem: string | null
  /** Epoch ms. */
  startedAt: number
  updatedAt: number
}

/** A host notes its runs at least this often; after three times as long it is taken for dead. */
export const RUN_BEAT_MS = 20_000
const SILENT_MS = MINUTE

/** Something long begins; null while the same is at work for this source. */
export async function startRun(
  tx: Db,
  run: Pick<Run, 'kind' | 'sourceId' | 'asked' | 'actor'>,
  now: number,
): Promise<number | null> {
  const running = await tx
    .selectFrom('runs')
    .select('id')
    .where('source_id', '=', run.sourceId)
    .where('kind', '=', run.kind)
    .where('state', '=', 'running')
    .where('updated_at', '>=', now - SILENT_MS)
    .executeTakeFirst()
  if (running) return null
  const { id } = await tx
    .insertInto('runs')
    .values({
      kind: run.kind,
      source_id: run.sourceId,
      asked: JSON.stringify(run.asked),
      actor: run.actor,
      state: 'running',
      count: 0,
      total: null,
      result: null,
      problem: null,
      started_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Notes how far a run is, and its end. */
export async function saveRun(
  db: Db,
  id: number,
  {
    count,
    total,
    result,
    state = 'running',
    problem = null,
  }: RunProgress & Partial<Pick<RunsTable, 'state' | 'problem'>>,
  now: number,
): Promise<void> {
  await db
    .updateTable('runs')
    .set({ count, total, result: result && JSON.stringify(result), state, problem, updated_at: now })
    .where('id', '=', id)
    .execute()
}

export async function runById(db: Db, id: number, now: number): Promise<Run | null> {
  const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toRun(row, now) : null
}

/** The newest of a source. */
export async function listRuns(
  db: Db,
  { sourceId, limit }: { sourceId: string; limit: number },
  now: number,
): Promise<Run[]> {
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .where('source_id', '=', sourceId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => toRun(row, now))
}

function toRun(row: Selectable<RunsTable>, now: number): Run {
  const isGone = row.state === 'running' && row.updated_at < now - SILENT_MS
  return {
    id: row.id,
    kind: row.kind,
    sourceId: row.source_id,
    asked: JSON.parse(row.asked),
    actor: row.actor,
    state: isGone ? 'gone' : row.state,
    count: row.count,
    total: row.total,
    result: row.result === null ? null : JSON.parse(row.result),
    problem: row.problem,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
  }
}
