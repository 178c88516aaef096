import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

// Not availableParallelism, which in a pinned process knows of one core.
const CORES = cpus().length
const TASKSET = 'taskset'
const hasTaskset = CORES > 1 && spawnSync(TASKSET, ['-c', '0', 'true']).status === 0

/** `server`: what is measured. `other`: what makes the load, or plays TikTok. `anywhere`: as it would run by itself. */
export type Role = 'server' | 'other' | 'anywhere'

/**
 * The words in front of a command that keep it on one core: what is measured on the first, what loads it on the second,
 * so that neither is measured by what the other takes. Null where that cannot be done.
 */
export function pinned(role: Role): string[] | null {
  const cores = { server: '0', other: '1', anywhere: `0-${CORES - 1}` }
  return hasTaskset ? [TASKSET, '-c', cores[role]] : null
}
