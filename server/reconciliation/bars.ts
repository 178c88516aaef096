import { isDeliveredBar } from '../../core/model/delivered-bars.ts'
import type { BridgeStep, OpenBar, Reconciliation, ReportStep } from '../../core/model/reconciliation.ts'
import { BRIDGE_WORDS, bucketTitle, stepTitle } from './words.ts'

/** One bar: a book stands on the ground, a step floats between what was before and after it. */
export interface Bar {
  name: string
  kind: 'book' | 'more' | 'less' | 'unsure' | 'unexplained'
  low: number
  high: number
  /** Which deals stand behind it; null where nobody can list them. */
  open: OpenBar | null
}

/** The books and the steps between them, in deals, from the CRM's to TikTok's. */
export function barsOf(report: Reconciliation): Bar[] {
  const { book, buckets, bridge, delivered, steps, reported, unexplained } = report
  const bars: Bar[] = [{ name: 'CRM', kind: 'book', low: 0, high: book.total.count, open: 'book' }]
  let level = book.total.count
  const step = (name: string, change: number, open: OpenBar | null = null) => {
    if (change === 0) return
    bars.push({ name, kind: change > 0 ? 'more' : 'less', ...ends(level, level + change), open })
    level += change
  }
  for (const { bucket, amount } of buckets)
    if (bucket !== 'accepted') step(bucketTitle(bucket), -amount.count, bucket)
  bars.push({ name: bucketTitle('accepted'), kind: 'book', low: 0, high: level, open: 'accepted' })
  for (const each of bridge) step(BRIDGE_WORDS[each.step], each.amount.count, openable(each.step))
  bars.push({ name: 'delivered', kind: 'book', low: 0, high: delivered.count, open: 'delivered' })
  for (const { step: name, count } of steps) {
    if (count.low === count.high) step(stepTitle(name), count.low, openable(name))
    else
      bars.push({
        name: stepTitle(name),
        kind: 'unsure',
        ...ends(level + count.low, level + count.high),
        open: null,
      })
  }
  if (reported && unexplained && unexplained.count !== 0)
    bars.push({
      name: 'unexplained',
      kind: 'unexplained',
      ...ends(reported.count - unexplained.count, reported.count),
      open: null,
    })
  if (reported) bars.push({ name: 'reported', kind: 'book', low: 0, high: reported.count, open: null })
  return bars
}

/** A step as the bar that opens it; null where nobody can list its deals. */
export function openable(step: BridgeStep | ReportStep): OpenBar | null {
  return isDeliveredBar(step) ? step : null
}

const ends = (one: number, other: number) => ({ low: Math.min(one, other), high: Math.max(one, other) })

/** What stands beside a bar. */
export function barLabel({ kind, low, high }: Bar): string {
  if (kind === 'book') return high.toLocaleString('en-US')
  const size = (high - low).toLocaleString('en-US')
  return kind === 'more' ? `+${size}` : kind === 'less' ? `-${size}` : kind === 'unsure' ? `± ${size}` : size
}
