import type { Workspace } from '../model/workspace.ts'

/** A sealed secret: AES-256-GCM output, the id of the key that sealed it. All parts base64. */
export interface SealedSecret {
  keyId: string
  nonce: string
  text: string
}

/** What the last committed write of the settings document was. `document` is set only where the ledger keeps it (PostgreSQL). */
export interface WorkspaceRevision {
  revision: number
  /** SHA-256 of the document's text, lower-case hex; empty at revision 0. */
  digest: string
  document: string | null
}

export interface WorkspaceCommit {
  /** The revision the change was based on; another one in the ledger is a conflict and nothing is written. */
  base: number
  digest: string
  document: string
  workspace: Workspace
  /** Secrets sealed by this change, by place; `null` forgets one. */
  sealed: ReadonlyMap<string, SealedSecret | null>
  /** Who did it, for the journal: `cli`, an API key id. */
  actor: string
  /** Epoch ms: when new sources were created and rules first became active. */
  now: number
  /** Called inside the transaction, after every check and before the commit: puts the file in place. */
  rename?: () => Promise<void>
}

/** What the settings document needs of the ledger. Implemented by `core/ledger/workspace.ts`. */
export interface WorkspaceLedger {
  readRevision(): Promise<WorkspaceRevision>
  /** Resolves to the new revision. Throws ClosebackError `conflict` when `base` is not the ledger's revision. */
  commit(change: WorkspaceCommit): Promise<number>
  readSealed(): Promise<Map<string, SealedSecret>>
  /** Ids of rules that were removed: they are not used again. */
  removedRuleIds(): Promise<string[]>
  /** The adapter each source id was created with: a source cannot be renamed into another. */
  sourceAdapters(): Promise<Map<string, string>>
  /** Deliveries not yet final, by what they belong to: these may not be pruned. */
  unsettled(): Promise<{
    connections: Map<string, number>
    sources: Map<string, number>
    rules: Map<string, number>
  }>
}
