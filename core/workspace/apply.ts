import { ClosebackError } from '../model/errors.ts'
import type { Change } from './changes.ts'
import { checkSources, type KnownAdapters } from './check-sources.ts'
import type { KeyRing } from './keys.ts'
import { type ParsedWorkspace, withLine } from './parse-text.ts'
import { planApply } from './plan-apply.ts'
import type { SealedSecret, WorkspaceLedger } from './ports.ts'
import { open, seal } from './secrets.ts'
import type { WorkspaceStore } from './store.ts'
import type { WorkspaceCheck } from './validate.ts'

export interface ApplyOptions {
  adapters: KnownAdapters
  store: WorkspaceStore
  ledger: WorkspaceLedger
  keys: KeyRing
  /** The same checks that the store was opened with. */
  checks: readonly WorkspaceCheck[]
  /** For the journal. */
  actor: string
  /** The revision the caller has seen; another one is a `conflict`. Left out: whatever there is. */
  base?: number
  prune: boolean
  /** Plans and checks everything, writes nothing. */
  dryRun: boolean
}

export interface Applied {
  /** The revision after it: the same as before when nothing changed, or nothing was written. */
  revision: number
  changes: Change[]
}

/**
 * Makes the settings what a file says. Applying the same file again changes nothing. Throws `invalid` with every
 * problem and its line, `conflict` when somebody else changed the settings meanwhile; then nothing was written.
 */
export async function applyWorkspace(parsed: ParsedWorkspace, options: ApplyOptions): Promise<Applied> {
  const { store, ledger, keys } = options
  await store.refresh()
  const { workspace, revision } = store.current
  if (options.base !== undefined && options.base !== revision)
    throw new ClosebackError('conflict', `the settings are at revision ${revision}, not ${options.base}`, {
      remedy: 'Read them again, repeat the change, then send it with the new revision. Nothing was changed.',
    })
  const [removed, sourceAdapters, unsettled, sealed] = await Promise.all([
    ledger.removedRuleIds(),
    ledger.sourceAdapters(),
    ledger.unsettled(),
    ledger.readSealed(),
  ])
  const plan = planApply(workspace, parsed.workspace, {
    prune: options.prune,
    removedRuleIds: new Set(removed),
    sourceAdapters,
    unsettled,
    sealed: { has: (place) => sealed.has(place), reveal: (place) => reveal(keys, place, sealed.get(place)) },
    sourceCheck: checkSources(options.adapters),
    checks: options.checks,
  })
  if (plan.problems.length > 0)
    throw new ClosebackError('invalid', 'The settings cannot be applied.', {
      remedy: 'Correct everything listed, then apply again. Nothing was changed.',
      issues: plan.problems.map((issue) => withLine(issue, parsed.lineOf)),
    })
  if (options.dryRun) return { revision, changes: plan.changes }
  const seals = new Map<string, SealedSecret | null>()
  for (const [place, text] of plan.seals) seals.set(place, text === null ? null : seal(keys, place, text))
  const after = await store.change({
    actor: options.actor,
    base: revision,
    edit: () => plan.next,
    sealed: seals,
  })
  return { revision: after, changes: plan.changes }
}

/** Null when it does not open: applying the value again is the remedy for a lost key. */
function reveal(keys: KeyRing, place: string, sealed: SealedSecret | undefined): string | null {
  if (sealed === undefined) return null
  try {
    return open(keys, place, sealed)
  } catch {
    return null
  }
}
