import { isDeepStrictEqual } from 'node:util'
import { Low } from 'lowdb'
import { ClosebackError } from '../model/errors.ts'
import type { Workspace } from '../model/workspace.ts'
import { digestOf, writeDocument } from './document.ts'
import type { DurableFile } from './durable-file.ts'
import { loadDocument, NOTHING, type Stored } from './load.ts'
import type { SealedSecret, WorkspaceCommit, WorkspaceLedger } from './ports.ts'
import { placedSecrets } from './secret-places.ts'
import { validateWorkspace, type WorkspaceCheck } from './validate.ts'

export interface WorkspaceStoreOptions {
  ledger: WorkspaceLedger
  /** Null where the ledger itself keeps the document (PostgreSQL). */
  file: DurableFile | null
  /** What a document must hold beyond its schema, for example that its rules compile. Asked before every write. */
  checks: readonly WorkspaceCheck[]
  /** Epoch ms. */
  now(): number
}

/** One change of the settings. */
interface WorkspaceChange {
  /** Who does it, for the journal: `cli`, an API key id. */
  actor: string
  /** The revision the change was thought out on. */
  base: number
  /** Given a copy to change; what it returns becomes the settings. */
  edit(copy: Workspace): Workspace
  /** Secrets sealed with this change, by place; null forgets one. */
  sealed?: ReadonlyMap<string, SealedSecret | null>
}

/** The settings document: what everything else reads, and the only way to change it. */
export interface WorkspaceStore {
  /** As last read or written here. Not to be changed in place. */
  readonly current: { readonly workspace: Workspace; readonly revision: number }
  /**
   * Resolves to the new revision once it is on disk, or to the same one when nothing is different. Throws `conflict`
   * when the settings changed since `base`, `invalid` with every problem; then nothing was written. Throws
   * `unavailable` when disk or ledger failed; then `current` is as before.
   */
  change(change: WorkspaceChange): Promise<number>
  /** Looks whether another process changed the settings; true when `current` is new. Throws and keeps `current` otherwise. */
  refresh(): Promise<boolean>
}

/** Opens the settings document. Throws `config` when file and ledger do not belong together; both are left as they are. */
export async function openWorkspace(options: WorkspaceStoreOptions): Promise<WorkspaceStore> {
  const { ledger, file, checks, now } = options

  // lowdb changes its memory before the disk, so every change gets a Low of its own over a copy, and the one that is
  // read from is exchanged only after the write.
  const opened = (write: (stored: Stored) => Promise<void>, stored: Stored = NOTHING) =>
    new Low<Stored>({ read: () => loadDocument(ledger, file, now), write }, stored)

  async function load(): Promise<Low<Stored>> {
    const low = opened(readOnly)
    await low.read()
    return low
  }

  let current = await load()
  // One at a time: a change must see the revision that the one before it made.
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  async function reload(): Promise<boolean> {
    const { revision } = await ledger.readRevision()
    if (revision === current.data.document.revision) return false
    current = await load()
    return true
  }

  async function write(change: WorkspaceChange): Promise<number> {
    // Based on what another process wrote a moment ago: that is not a conflict, it is news to us.
    if (change.base > current.data.document.revision) await reload()
    const { document, digest: base } = current.data
    if (change.base !== document.revision) throw outdated(change.base, document.revision)
    const workspace = validated(change.edit(structuredClone(document.workspace)), checks)
    const sealed = change.sealed ?? new Map()
    if (sealed.size === 0 && isDeepStrictEqual(workspace, document.workspace)) return document.revision

    const next = { revision: document.revision + 1, base, workspace }
    const text = writeDocument(next)
    const digest = digestOf(text)
    const low = opened(
      () =>
        commit({
          base: document.revision,
          digest,
          document: text,
          workspace,
          sealed,
          actor: change.actor,
          now: now(),
        }),
      { document: next, digest },
    )
    await low.write()
    current = low
    return next.revision
  }

  async function commit(change: WorkspaceCommit): Promise<void> {
    if (file === null) {
      await ledger.commit(change)
      return
    }
    const prepared = await file.prepare(change.document)
    try {
      await ledger.commit({ ...change, rename: () => prepared.rename() })
    } catch (error) {
      await prepared.discard()
      throw error
    }
  }

  return {
    get current() {
      const { workspace, revision } = current.data.document
      return { workspace, revision }
    },
    change: (change) => inTurn(() => write(change)),
    refresh: () => inTurn(reload),
  }
}

/** Through JSON, as it will be read again, so that what is in memory is exactly what is on disk. */
function validated(said: Workspace, checks: readonly WorkspaceCheck[]): Workspace {
  const { workspace, issues } = validateWorkspace(JSON.parse(JSON.stringify(said)), checks)
  if (workspace === null || issues.length > 0)
    throw new ClosebackError('invalid', 'the settings are not valid', {
      remedy: 'Correct everything listed, then try again.',
      issues,
    })
  for (const { place, ref } of placedSecrets(workspace))
    if ('value' in ref)
      throw new Error(`the secret at ${place} must be sealed before it reaches the document`)
  return workspace
}

function outdated(base: number, revision: number): ClosebackError {
  return new ClosebackError(
    'conflict',
    `the settings are at revision ${revision}; the change was based on ${base}`,
    {
      remedy: 'Read them again, repeat the change, then save.',
    },
  )
}

async function readOnly(): Promise<void> {
  throw new Error('a document that was read is not written back; changes have a document of their own')
}
