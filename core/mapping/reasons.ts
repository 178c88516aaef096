import type { Reason } from '../model/delivery.ts'
import { toIso } from '../model/time.ts'
import type { CompiledRule, Target } from './compiled-rule.ts'
import type { MappedReason, MappingFacts } from './mapped.ts'

/** Why this rule sends nothing to this connection. */
export function refuse(rule: CompiledRule, target: Target, reason: Reason, detail: string): MappedReason {
  return { kind: 'reason', ruleId: rule.id, connectionId: target.to.connection.id, reason, detail }
}

/** Why nobody may send this at all; `null` when nothing stands against it. */
export function whySuppressed({ facts, suppressed }: MappingFacts): string | null {
  if (facts.consent === 'denied') return 'the person denied consent'
  return suppressed ? 'the person asked to be forgotten and is on the suppression list' : null
}

/** Says which limit a StageChange missed, and how to include older ones. */
export function tellStart(input: MappingFacts, start: number, connectionId: string): string {
  return (
    `it happened at ${toIso(input.change.occurredAt)}, and connection "${connectionId}" takes what happened from ` +
    `${toIso(start)} on: set its startAt to include earlier stage changes that arrive from now on`
  )
}

/** A StageChange that no rule matches has one reason of its own. */
export function becauseUnmatched(input: MappingFacts, precedesAll: boolean): MappedReason {
  const { change, source } = input
  const nobody = { kind: 'reason', ruleId: null, connectionId: null } as const
  const suppressed = whySuppressed(input)
  if (suppressed !== null) return { ...nobody, reason: 'suppressed', detail: suppressed }
  if (precedesAll) {
    const detail =
      `it happened at ${toIso(change.occurredAt)}, before every connection starts: ` +
      'set startAt of a connection to include earlier stage changes that arrive from now on'
    return { ...nobody, reason: 'before_start', detail }
  }
  const { type } = change.record
  const stage =
    change.milestone === change.stage ? `"${change.stage}"` : `"${change.stage}" (${change.milestone})`
  const pipeline = change.pipeline === null ? '' : ` of pipeline "${change.pipeline}"`
  const detail =
    `no rule matches ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type} of source "${source.id}" in stage ${stage}${pipeline}: ` +
    'add a rule, or widen the conditions of the one meant for it'
  return { ...nobody, reason: 'no_rule', detail }
}

/** A held delivery whose rule was edited since. */
export function becauseRuleChanged(rule: CompiledRule, target: Target): MappedReason {
  return refuse(
    rule,
    target,
    'no_rule',
    `rule "${rule.id}" was changed and no longer matches this stage change`,
  )
}
