import type { Issue } from '../model/errors.ts'
import type { Workspace } from '../model/workspace.ts'
import { formatPath } from './path.ts'
import { placedSecrets, replaceSecrets } from './secret-places.ts'

/** What the ledger knows of sealed secrets. */
export interface SealedSecrets {
  has(place: string): boolean
  /** The secret, or null when there is none or it does not open (its key is gone): then a given value replaces it. */
  reveal(place: string): string | null
}

export interface SecretPlan {
  /** The document as it is stored: values are `{ sealed: true }`. */
  workspace: Workspace
  /** What to seal, by place; null forgets. */
  seals: Map<string, string | null>
  /** Places whose secret is another than before. */
  changed: Set<string>
  /** Paths are those of the given document. */
  problems: Issue[]
}

/** Takes the values out of a document. A value that is sealed already, unchanged, is not sealed again. */
export function planSecrets(given: Workspace, sealed: SealedSecrets): SecretPlan {
  const seals = new Map<string, string | null>()
  const changed = new Set<string>()
  const problems: Issue[] = []
  const workspace = replaceSecrets(given, ({ place, path, ref }) => {
    if ('value' in ref) {
      if (sealed.reveal(place) !== ref.value) {
        seals.set(place, ref.value)
        changed.add(place)
      }
      return { sealed: true }
    }
    if ('sealed' in ref && !sealed.has(place))
      problems.push({
        path: formatPath(path),
        message: 'nothing is sealed here yet',
        remedy: 'Give the secret once as { value: "…" }, or refer to it with { env: NAME }.',
      })
    return ref
  })
  return { workspace, seals, changed, problems }
}

/** Sealed places of `before` that `after` does not use any more. */
export function forgotten(before: Workspace, after: Workspace): string[] {
  const used = new Set(
    placedSecrets(after)
      .filter(({ ref }) => 'sealed' in ref)
      .map(({ place }) => place),
  )
  return placedSecrets(before)
    .filter(({ place, ref }) => 'sealed' in ref && !used.has(place))
    .map(({ place }) => place)
}
