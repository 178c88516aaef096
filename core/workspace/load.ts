import { ClosebackError } from '../model/errors.ts'
import { EMPTY_WORKSPACE } from '../model/workspace.ts'
import { damaged, digestOf, readDocument, type WorkspaceDocument } from './document.ts'
import type { DurableFile } from './durable-file.ts'
import type { WorkspaceLedger, WorkspaceRevision } from './ports.ts'

/** A document, and the digest of the text it was read from or written as. */
export interface Stored {
  document: WorkspaceDocument
  digest: string
}

/** Before the first change. */
export const NOTHING: Stored = {
  document: { revision: 0, base: '', workspace: EMPTY_WORKSPACE },
  digest: '',
}

/** Other writers may commit while we look; more than this many in a row is not a race but a fault. */
const MAX_LOOKS = 10

/**
 * Reads the document and holds it against the ledger. The ledger is read first: the file is renamed before the ledger
 * commits, so a file can be ahead of what was read, never behind.
 *
 * A file that is exactly one revision ahead and continues the ledger's digest is adopted: its writer died between
 * rename and commit (or is just about to commit: then ours is the conflict, and we look again).
 */
export async function loadDocument(
  ledger: WorkspaceLedger,
  file: DurableFile | null,
  now: () => number,
): Promise<Stored> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const known = await ledger.readRevision()
    const text = file === null ? known.document : await file.read()
    const name = file?.path ?? 'the workspace in the ledger'
    if (text === null && known.revision === 0) return structuredClone(NOTHING)
    const digest = text === null ? '' : digestOf(text)
    if (text !== null && digest === known.digest) return { document: readDocument(text, name), digest }
    if ((await ledger.readRevision()).revision !== known.revision) continue

    if (text === null) throw damaged(name, `is missing; the ledger knows revision ${known.revision}`)
    const document = readDocument(text, name)
    if (file === null || document.revision !== known.revision + 1 || document.base !== known.digest)
      throw stranger(name, document, known)
    if (await adopt(ledger, file, text, document, now())) return { document, digest }
  }
  throw new ClosebackError('unavailable', 'the workspace changes faster than it can be read', {
    remedy: 'Stop whatever applies settings in a loop, then try again.',
  })
}

/** False when another process was faster. */
async function adopt(
  ledger: WorkspaceLedger,
  file: DurableFile,
  text: string,
  document: WorkspaceDocument,
  now: number,
): Promise<boolean> {
  try {
    await ledger.commit({
      base: document.revision - 1,
      digest: digestOf(text),
      document: text,
      workspace: document.workspace,
      sealed: new Map(),
      actor: 'recovery',
      now,
      // The crash may have come before the directory was synced.
      rename: () => file.syncDirectory(),
    })
    return true
  } catch (error) {
    if (error instanceof ClosebackError && error.code === 'conflict') return false
    throw error
  }
}

function stranger(name: string, document: WorkspaceDocument, known: WorkspaceRevision): ClosebackError {
  if (document.revision === known.revision) return damaged(name, 'was changed since Closeback wrote it')
  return damaged(
    name,
    `holds revision ${document.revision}, but the ledger knows revision ${known.revision}: they do not belong together`,
  )
}
