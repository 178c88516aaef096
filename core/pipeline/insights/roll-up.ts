import { type Figures, type Insight, METRICS } from '../../model/insight.ts'

/**
 * Rows of ad groups and campaigns from those of their ads, and the account's own. Asked for, they would cost TikTok's rate
 * limit three times as much and say the same: of all metrics that are pulled, the sum over the ads is the whole.
 */
export function rollUp(ads: readonly Insight[], account: readonly Insight[]): Insight[] {
  const rows = new Map<string, Insight>()
  for (const ad of ads) {
    if (ad.adGroupId !== '') add(rows, { ...ad, level: 'ad_group', entityId: ad.adGroupId })
    if (ad.campaignId !== '') add(rows, { ...ad, level: 'campaign', entityId: ad.campaignId, adGroupId: '' })
  }
  return [...account, ...rows.values(), ...ads]
}

function add(rows: Map<string, Insight>, insight: Insight): void {
  const key = keyOf(insight)
  const row = rows.get(key)
  if (row === undefined) rows.set(key, { ...insight, figures: { ...insight.figures } })
  else for (const metric of METRICS) row.figures[metric] = plus(row.figures[metric], insight.figures[metric])
}

function plus(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b
}

/**
 * What has to be written so that a day says what was pulled: rows that are new or different, and those that TikTok no longer
 * lists, at nothing.
 */
export function changesOf(before: readonly Insight[], pulled: readonly Insight[]): Insight[] {
  const left = new Map(before.map((row) => [keyOf(row), row]))
  const changed = pulled.filter((row) => {
    const key = keyOf(row)
    const old = left.get(key)
    left.delete(key)
    return old === undefined || !isSame(old, row)
  })
  const gone = [...left.values()]
    .map((row) => ({ ...row, figures: nothing(row.figures) }))
    .filter((row) => !isSame(row, left.get(keyOf(row)) as Insight))
  return [...changed, ...gone]
}

function keyOf({ level, entityId }: Insight): string {
  return `${level} ${entityId}`
}

function isSame(a: Insight, b: Insight): boolean {
  return (
    a.campaignId === b.campaignId &&
    a.adGroupId === b.adGroupId &&
    METRICS.every((metric) => a.figures[metric] === b.figures[metric])
  )
}

function nothing(figures: Figures): Figures {
  const zeros = METRICS.map((metric) => [metric, figures[metric] === null ? null : 0])
  return Object.fromEntries(zeros) as Figures
}
