import { ClosebackError } from '../core/model/errors.ts'
import type { Workspace, WorkspaceInput } from '../core/model/workspace.ts'
import type { Applied } from '../core/workspace/apply.ts'
import type { Host } from './host.ts'

export interface Edit {
  actor: string | null
  /** The revision the person looked at; another one is a `conflict`. `null`: whatever there is. */
  base: number | null
  /** Given the settings as they stand; what it returns they shall be. */
  change(current: Workspace): WorkspaceInput
}

/**
 * Changes the settings from the console: the same way as `apply --prune` of the whole document, with the same checks and
 * the same refusals. Throws `conflict` when somebody else was first, `invalid` with every problem.
 */
export async function editWorkspace({ closeback, jobs }: Host, edit: Edit): Promise<Applied> {
  const { store } = closeback
  await store.refresh()
  const { workspace, revision } = store.current
  if (edit.base !== null && edit.base !== revision) {
    throw new ClosebackError(
      'conflict',
      `Somebody changed the settings meanwhile: they are at revision ${revision}.`,
      {
        remedy: 'Look at what is there now, then make your change again. Nothing was changed.',
      },
    )
  }
  const document = JSON.stringify(edit.change(structuredClone(workspace)))
  const options = { actor: edit.actor ?? 'api', base: revision, prune: true, dryRun: false }
  try {
    const applied = await closeback.apply(document, 'The settings', options)
    jobs.workspaceChanged()
    return applied
  } catch (error) {
    throw withoutLines(error)
  }
}

/** Problems of a file name its lines; here nobody wrote a file. */
function withoutLines(error: unknown): unknown {
  if (!(error instanceof ClosebackError) || error.issues.length === 0) return error
  const issues = error.issues.map((issue) => ({
    ...issue,
    message: issue.message.replace(/^line \d+: /, ''),
  }))
  return new ClosebackError(error.code, error.message, { remedy: error.remedy, issues })
}

/** The entry of this id, to be changed in the copy. Throws `not_found`. */
export function entryOf<T extends { id: string }>(entries: readonly T[], noun: string, id: string): T {
  const entry = entries.find((each) => each.id === id)
  if (entry) return entry
  throw new ClosebackError('not_found', `There is no ${noun} "${id}".`, {
    remedy: 'GET /api/v1/workspace lists them.',
  })
}
