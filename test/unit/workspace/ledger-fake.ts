import { ClosebackError } from '../../../core/model/errors.ts'
import type { SealedSecret, WorkspaceCommit, WorkspaceLedger } from '../../../core/workspace/ports.ts'

/** A ledger in memory: one transaction at a time, and nothing changes unless the whole of it succeeds. */
export function ledgerFake({ keepsDocument = false } = {}) {
  const state = {
    revision: 0,
    digest: '',
    document: null as string | null,
    sealed: new Map<string, SealedSecret>(),
    removed: [] as string[],
    adapters: new Map<string, string>(),
    unsettled: {
      connections: new Map<string, number>(),
      sources: new Map<string, number>(),
      rules: new Map<string, number>(),
    },
    commits: [] as WorkspaceCommit[],
    /** Runs after the rename and before the commit, where a crash hurts most. */
    beforeCommit: async () => {},
  }
  let last: Promise<unknown> = Promise.resolve()

  async function commit(change: WorkspaceCommit): Promise<number> {
    if (change.base !== state.revision)
      throw new ClosebackError('conflict', 'changed meanwhile', { remedy: 'Again.' })
    await change.rename?.()
    await state.beforeCommit()
    state.revision = change.base + 1
    state.digest = change.digest
    if (keepsDocument) state.document = change.document
    for (const [place, secret] of change.sealed) {
      if (secret === null) state.sealed.delete(place)
      else state.sealed.set(place, secret)
    }
    for (const { id, adapter } of change.workspace.sources) state.adapters.set(id, adapter)
    state.commits.push(change)
    return state.revision
  }

  const ledger: WorkspaceLedger = {
    readRevision: async () => ({
      revision: state.revision,
      digest: state.digest,
      document: state.document,
    }),
    commit(change) {
      const turn = last.then(() => commit(change))
      last = turn.catch(() => {})
      return turn
    },
    readSealed: async () => new Map(state.sealed),
    removedRuleIds: async () => state.removed,
    sourceAdapters: async () => state.adapters,
    unsettled: async () => state.unsettled,
  }
  return { ledger, state }
}
