import { randomUUID } from 'node:crypto'
import { ClosebackError } from '../model/errors.ts'
import type { SealedSecret, WorkspaceCommit, WorkspaceLedger } from '../workspace/ports.ts'
import { addEntry } from './journal.ts'
import type { Db, Ledger } from './ledger.ts'
import { engineOf, insertRows } from './rows.ts'
import { putSealed, readSealedAt } from './sealed.ts'

/** States in which a delivery still has somewhere to go: what it belongs to may not be removed under it. */
const UNSETTLED = ['held', 'waiting', 'in_flight', 'uncertain'] as const

/** The ledger's side of the settings document: revisions, sealed secrets, and what must outlive an edit. */
export function workspaceLedger(ledger: Ledger): WorkspaceLedger {
  return {
    async readRevision() {
      return ledger.db
        .selectFrom('workspace')
        .select(['revision', 'digest', 'document'])
        .where('id', '=', 1)
        .executeTakeFirstOrThrow()
    },

    commit: (change) => ledger.transaction((tx) => commit(tx, change)),

    async readSealed() {
      const rows = await ledger.db.selectFrom('sealed_secrets').selectAll().execute()
      return new Map(
        rows.map((row): [string, SealedSecret] => [
          row.place,
          { keyId: row.key_id, nonce: row.nonce, text: row.text },
        ]),
      )
    },

    async removedRuleIds() {
      const rows = await ledger.db.selectFrom('removed_rules').select('rule_id').execute()
      return rows.map((row) => row.rule_id)
    },

    async sourceAdapters() {
      const rows = await ledger.db.selectFrom('sources').select(['id', 'adapter']).execute()
      return new Map(rows.map((row) => [row.id, row.adapter]))
    },

    async unsettled() {
      const count = async (column: 'connection_id' | 'source_id' | 'rule_id') => {
        const rows = await ledger.reader
          .selectFrom('deliveries')
          .select((e) => [column, e.fn.countAll<number>().as('n')])
          .where('state', 'in', UNSETTLED)
          .groupBy(column)
          .execute()
        return new Map(rows.map((row) => [row[column], row.n]))
      }
      const [connections, sources, rules] = await Promise.all([
        count('connection_id'),
        count('source_id'),
        count('rule_id'),
      ])
      return { connections, sources, rules }
    },
  }
}

async function commit(tx: Db, change: WorkspaceCommit): Promise<number> {
  const revision = change.base + 1
  const update = tx
    .updateTable('workspace')
    .set({
      revision,
      digest: change.digest,
      document: engineOf(tx) === 'postgres' ? change.document : null,
      updated_at: change.now,
      actor: change.actor,
    })
    .where('id', '=', 1)
    .where('revision', '=', change.base)
  const { numUpdatedRows } = await update.executeTakeFirst()
  if (numUpdatedRows !== 1n) {
    throw new ClosebackError('conflict', 'The workspace was changed by somebody else in the meantime.', {
      remedy:
        'Look at the current workspace (closeback export) and make the change again; nothing was written.',
    })
  }
  await tx
    .insertInto('workspace_versions')
    .values({ revision, at: change.now, actor: change.actor, document: JSON.stringify(change.workspace) })
    .execute()
  await keepSecrets(tx, change)
  await registerSources(tx, change)
  await registerRules(tx, change)
  await addEntry(tx, {
    at: change.now,
    actor: change.actor,
    verb: 'apply',
    subject: 'workspace',
    detail: `revision ${revision}`,
  })
  await change.rename?.()
  return revision
}

async function keepSecrets(tx: Db, { sealed }: WorkspaceCommit) {
  for (const [place, secret] of sealed) {
    if (secret) await putSealed(tx, place, secret)
    else await tx.deleteFrom('sealed_secrets').where('place', '=', place).execute()
  }
}

/** A source keeps the uid and the birthday it was first given, even if it is removed and comes back. */
async function registerSources(tx: Db, { workspace, now }: WorkspaceCommit) {
  const rows = workspace.sources.map((source) => ({
    id: source.id,
    uid: randomUUID(),
    adapter: source.adapter,
    created_at: now,
  }))
  await insertRows(tx, 'sources', rows)
}

/** A rule starts for a connection the first time it names it; a rule that is gone keeps its id for ever. */
async function registerRules(tx: Db, { workspace, now }: WorkspaceCommit) {
  const starts = workspace.rules.flatMap((rule) =>
    rule.send.to.map((connection) => ({ rule_id: rule.id, connection_id: connection, started_at: now })),
  )
  await insertRows(tx, 'rule_starts', starts)
  const present = new Set(workspace.rules.map((rule) => rule.id))
  const known = await tx.selectFrom('rule_starts').select('rule_id').distinct().execute()
  const removed = known
    .filter((row) => !present.has(row.rule_id))
    .map((row) => ({ rule_id: row.rule_id, removed_at: now }))
  await insertRows(tx, 'removed_rules', removed)
}

/** Keeps a sealed secret that is made only once; returns the one that is kept, whoever made it. */
export async function keepSealed(ledger: Ledger, place: string, made: SealedSecret): Promise<SealedSecret> {
  const row = { place, key_id: made.keyId, nonce: made.nonce, text: made.text }
  await insertRows(ledger.db, 'sealed_secrets', [row])
  return (await readSealedAt(ledger.db, place)) ?? made
}

/** A source as the ledger knows it: its uid is part of every event id it ever leads to. */
export interface SourceRow {
  id: string
  uid: string
  createdAt: number
}

export async function readSources(db: Db): Promise<Map<string, SourceRow>> {
  const rows = await db.selectFrom('sources').select(['id', 'uid', 'created_at']).execute()
  return new Map(rows.map((row) => [row.id, { id: row.id, uid: row.uid, createdAt: row.created_at }]))
}

/** When each rule was first active for each connection: rule id, then connection id. */
export async function readRuleStarts(db: Db): Promise<Map<string, Map<string, number>>> {
  const starts = new Map<string, Map<string, number>>()
  for (const row of await db.selectFrom('rule_starts').selectAll().execute()) {
    const byConnection = starts.get(row.rule_id) ?? new Map<string, number>()
    byConnection.set(row.connection_id, row.started_at)
    starts.set(row.rule_id, byConnection)
  }
  return starts
}
