import type { Rule } from './rules.tsx'

/** Null while nobody has chosen. */
export function audienceText(audience: Rule['audience']): string | null {
  return { tiktok: 'from TikTok', any: 'everybody' }[audience] ?? null
}

export function valueText({ send: { value } }: Rule): string {
  if (value === undefined) return 'none'
  if ('expected' in value) return 'expected value'
  if ('fixed' in value) return `${value.fixed} ${value.currency}`
  return `${value.percent ? `${value.percent} % of ` : ''}${value.from}`
}
