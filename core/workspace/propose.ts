import type { Workspace } from '../model/workspace.ts'
import { rateKey } from './check-workspace.ts'
import { merge } from './merge.ts'

/**
 * The settings as they would be with the rules of a file, which may name nothing but rules: its rules stand for all
 * there are, the rest of it is added to what is there as `apply` would.
 */
export function proposeRules(current: Workspace, given: Workspace): Workspace {
  const how = { prune: false, ordered: false }
  return {
    ...current,
    connections: merge(current.connections, given.connections, ({ id }) => id, how).entries,
    rates: merge(current.rates, given.rates, rateKey, how).entries,
    rules: given.rules.length > 0 ? given.rules : current.rules,
  }
}
