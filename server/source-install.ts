import type { InstallStep } from '../core/adapter.ts'
import { ClosebackError } from '../core/model/errors.ts'
import type { Closeback } from './compose.ts'

export interface Installed {
  /** False when a step failed. */
  ok: boolean
  steps: InstallStep[]
}

/**
 * Creates in a CRM what Closeback needs there, step by step. Throws ClosebackError `not_found` for an unknown source,
 * `invalid` for one whose system needs nothing.
 */
export async function installSource(
  { pipeline }: Closeback,
  id: string,
  { dryRun, onStep }: { dryRun: boolean; onStep?: (step: InstallStep) => void },
): Promise<Installed> {
  const active = (await pipeline.settings()).sources.get(id)
  if (!active) {
    throw new ClosebackError('not_found', `There is no source "${id}".`, {
      remedy: 'Use the id of a source in the workspace.',
    })
  }
  if (!active.adapter.install) {
    throw new ClosebackError('invalid', `There is nothing to install for the source "${id}".`, {
      remedy: `Nothing: ${active.adapter.title} needs no fields of ours.`,
    })
  }
  const steps: InstallStep[] = []
  for await (const step of active.adapter.install({ dryRun }, pipeline.adapterContext(active))) {
    steps.push(step)
    onStep?.(step)
  }
  return { ok: steps.every(({ state }) => state !== 'failed'), steps }
}
