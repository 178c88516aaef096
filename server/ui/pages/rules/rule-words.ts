import type { Rule } from '../../../../core/model/workspace.ts'
import { isSame } from './merge-rules.ts'

/** Null while nobody has chosen. */
export function audienceText(audience: Rule['audience']): string | null {
  return { tiktok: 'from TikTok', any: 'everybody' }[audience] ?? null
}

export function valueText({ send: { value } }: Pick<Rule, 'send'>): string {
  if (value === undefined) return 'no value'
  if ('expected' in value) return 'expected value'
  if ('fixed' in value) return `${value.fixed} ${value.currency}`
  return `${value.percent ? `${value.percent} % of ` : ''}${value.from}`
}

/** One rule in a line: what it listens to, and what it sends. */
export function ruleText(rule: Rule): string {
  const { when, source, send } = rule
  return [
    `${when.record ? `${when.record} ` : ''}${when.stage}${source === '*' ? '' : ` of ${source}`} → ${send.event}`,
    valueText(rule),
    audienceText(rule.audience) ?? 'for nobody yet',
    `to ${send.to.join(', ') || 'no connection'}`,
  ].join(', ')
}

/** `won changed; lead removed`: what became of the rules. */
export function changesText(before: readonly Rule[], now: readonly Rule[]): string {
  const was = new Map(before.map((rule) => [rule.id, rule]))
  const is = new Map(now.map((rule) => [rule.id, rule]))
  const of = (ids: string[], verb: string) => (ids.length === 0 ? [] : [`${ids.join(', ')} ${verb}`])
  const added = [...is.keys()].filter((id) => !was.has(id))
  const changed = [...is].filter(([id, rule]) => was.has(id) && !isSame(was.get(id), rule)).map(([id]) => id)
  const removed = [...was.keys()].filter((id) => !is.has(id))
  return (
    [...of(added, 'added'), ...of(changed, 'changed'), ...of(removed, 'removed')].join('; ') ||
    'order changed'
  )
}
