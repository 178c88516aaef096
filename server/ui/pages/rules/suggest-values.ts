import type { Advice } from '../../../../core/model/advice.ts'
import type { Rule } from '../../../../core/model/workspace.ts'
import { valueText } from './rule-words.ts'

/** A value that follows from how many deals of a stage are won. */
export interface ValueSuggestion {
  ruleId: string
  stage: string
  /** Whole percent, as a rule has it. */
  percent: string
  /** Deals it is learned from. */
  deals: number
  /** What the rule sends now. */
  now: string
}

/** A share this close to the one of a rule is no news, in points. */
const CLOSE = 3

/**
 * For rules on stages before the last: the share of the amount that the past says such a deal comes to. Only where enough
 * deals had time to end, and where the rule does not say so already.
 */
export function suggestValues(rules: readonly Rule[], advice: readonly Advice[]): ValueSuggestion[] {
  return rules.flatMap((rule) => {
    const { when, send } = rule
    if (when.stage === 'won' || when.stage === 'lost') return []
    const stage = advice
      .filter(({ connectionId }) => send.to.includes(connectionId))
      .flatMap(({ stages }) => stages)
      .find(({ milestone }) => milestone === when.stage)
    if (!stage?.expected || stage.wonShare === null) return []
    const percent = Math.round(stage.wonShare * 100)
    if (percent < 1 || percent > 99 || isClose(send.value, percent)) return []
    return [
      {
        ruleId: rule.id,
        stage: when.stage,
        percent: String(percent),
        deals: stage.expected.deals,
        now: valueText(rule),
      },
    ]
  })
}

/** What a rule sends once the suggestion is taken. */
export function withShare(rule: Rule, percent: string): Rule {
  return { ...rule, send: { ...rule.send, value: { from: 'amount', percent } } }
}

function isClose(value: Rule['send']['value'], percent: number): boolean {
  if (value === undefined) return false
  if ('expected' in value) return true
  if (!('from' in value)) return false
  // A field of its own is what somebody reckons already.
  if (value.from !== 'amount') return true
  return value.percent !== undefined && Math.abs(Number(value.percent) - percent) <= CLOSE
}
