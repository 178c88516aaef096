import type { InstallStep } from '../core/adapter.ts'
import { ClosebackError } from '../core/model/errors.ts'
import type { Closeback } from './compose.ts'

export interface Installed {
  /** False when a step failed. */
  ok: boolean
  steps: InstallStep[]
}

/**
 * How the fields of a source are made in its CRM. Throws ClosebackError `not_found` for an unknown source, `invalid` for one
 * whose system needs nothing.
 */
export async function installer(
  { pipeline }: Closeback,
  id: string,
): Promise<(dryRun: boolean) => AsyncIterable<InstallStep>> {
  const active = (await pipeline.settings()).sources.get(id)
  if (!active) {
    throw new ClosebackError('not_found', `There is no source "${id}".`, {
      remedy: 'Use the id of a source in the workspace.',
    })
  }
  const { adapter } = active
  if (!adapter.install) {
    throw new ClosebackError('invalid', `There is nothing to install for the source "${id}".`, {
      remedy: `Nothing: ${adapter.title} needs no fields of ours.`,
    })
  }
  const install = adapter.install.bind(adapter)
  return (dryRun) => install({ dryRun }, pipeline.adapterContext(active))
}

/** Creates in a CRM what Closeback needs there, step by step. Throws as `installer` does. */
export async function installSource(
  closeback: Closeback,
  id: string,
  { dryRun, onStep }: { dryRun: boolean; onStep?: (step: InstallStep) => void },
): Promise<Installed> {
  const install = await installer(closeback, id)
  const steps: InstallStep[] = []
  for await (const step of install(dryRun)) {
    steps.push(step)
    onStep?.(step)
  }
  return { ok: steps.every(({ state }) => state !== 'failed'), steps }
}
