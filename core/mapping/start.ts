import type { Destination, Target } from './compiled-rule.ts'
import type { MappingFacts } from './mapped.ts'

/**
 * From when on (epoch ms) a rule sends to a connection: the connection's `startAt` if it has one, else the later of
 * the source's creation and the moment the rule was first active there; a rule not yet active starts now.
 */
export function startOf({ to, ruleStart }: Target, { source, now }: MappingFacts): number {
  return to.startAt ?? Math.max(source.createdAt, ruleStart ?? now)
}

/** Whether every connection starts after this StageChange, so that no rule could have sent it. */
export function precedesAll(destinations: Iterable<Destination>, { source, change }: MappingFacts): boolean {
  let any = false
  for (const { startAt } of destinations) {
    if (change.occurredAt >= (startAt ?? source.createdAt)) return false
    any = true
  }
  return any
}
