import type { Rule } from './rules.tsx'

/** The usual rule to begin with. Its audience is never assumed: the person has to choose. */
export function newRule(rules: readonly Rule[], connections: readonly string[], stage = 'won'): Rule {
  const taken = new Set(rules.map(({ id }) => id))
  let id = stage
  for (let n = 2; taken.has(id); n++) id = `${stage}-${n}`
  return {
    id,
    source: '*',
    when: { stage },
    audience: '' as 'any',
    once: true,
    send: { event: 'Purchase', to: [...connections], value: { from: 'amount' }, whenNoAmount: 'skip' },
  }
}

/** The rule that an address asks for, as the advisor's button does: `?add=qualified&value=expected&to=us-brand`. */
export function advisedRule(rules: readonly Rule[], query: URLSearchParams): Rule | null {
  const stage = query.get('add')
  if (stage === null) return null
  const rule = newRule(rules, query.getAll('to'), stage)
  return {
    ...rule,
    send: {
      ...rule.send,
      event: stage === 'won' ? 'Purchase' : 'Lead',
      value: query.get('value') === 'expected' ? { expected: true } : { from: 'amount' },
    },
  }
}
