import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

const TASKSET = 'taskset'
const hasTaskset = availableParallelism() > 1 && spawnSync(TASKSET, ['-c', '0', 'true']).status === 0

/**
 * The words in front of a command that keep it on one core: what is measured on the first, what makes the load (or
 * plays TikTok) on the second. Null where that cannot be done.
 */
export function pinned(role: 'server' | 'other'): string[] | null {
  return hasTaskset ? [TASKSET, '-c', role === 'server' ? '0' : '1'] : null
}
