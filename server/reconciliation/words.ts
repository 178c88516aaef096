import { BUCKET_WORDS, STEP_WORDS } from '../../core/analysis/reconciliation/words.ts'
import type { Amount, BridgeStep, Reconciliation } from '../../core/model/reconciliation.ts'
import type { MoneyText } from '../../core/model/story.ts'

export const BRIDGE_WORDS: Record<BridgeStep, string> = {
  amount_changed: 'amount changed after sending',
  value_rule: 'value rule',
  currency: 'currency',
  no_longer_won: 'accepted, but no longer won',
  won_date_moved: "won date moved across the period's edge",
  further_deliveries: 'further deliveries of the same deals',
}

/** A number with its sign, thousands apart. */
export function signed(count: number): string {
  return count > 0 ? `+${count.toLocaleString('en-US')}` : count.toLocaleString('en-US')
}

/** `1,234.50 USD` */
export function moneyText({ amount, currency }: MoneyText): string {
  const [whole = '', fraction] = amount.split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${grouped}${fraction === undefined ? '' : `.${fraction}`} ${currency}`
}

/** Every currency of an amount; those of zero only when nothing else is there. */
export function valuesText({ values }: Pick<Amount, 'values'>): string {
  const told = values.filter(({ amount }) => /[1-9]/.test(amount))
  return (told.length > 0 ? told : values.slice(0, 1)).map(moneyText).join(' + ')
}

/** `-3`, or `-3 to 0` where only the ends are known. */
export function rangeText({ low, high }: { low: number; high: number }): string {
  return low === high ? signed(low) : `${signed(low)} to ${signed(high)}`
}

export function moneyRangeText(range: Reconciliation['expected']['value']): string {
  if (range === null) return 'not comparable'
  const { low, high } = range
  if (high === null) return `from ${moneyText(low)}`
  return low.amount === high.amount ? moneyText(low) : `${moneyText(low)} to ${moneyText(high)}`
}

export const bucketTitle = (bucket: Reconciliation['buckets'][number]['bucket']) => BUCKET_WORDS[bucket].title
export const stepTitle = (step: Reconciliation['steps'][number]['step']) => STEP_WORDS[step].title

/** Of a bucket or a step, as a cause names it. */
export function causeTitle(cause: string): string {
  const titles: Partial<Record<string, { title: string }>> = { ...BUCKET_WORDS, ...STEP_WORDS }
  return titles[cause]?.title ?? cause
}

/** A step that changes nothing, and can change nothing. */
export function isIdle({ count, value }: Reconciliation['steps'][number]): boolean {
  const isZero = (money: MoneyText | null | undefined) => money != null && !/[1-9]/.test(money.amount)
  return count.low === 0 && count.high === 0 && value !== null && isZero(value.low) && isZero(value.high)
}

export function isNothing({ count, values }: Amount): boolean {
  return count === 0 && values.every(({ amount }) => !/[1-9]/.test(amount))
}

/** The one sentence that a reader takes away. */
export function verdict({ reported, unexplained, alarm, event }: Reconciliation): string {
  if (reported === null || unexplained === null) return `TikTok's side of ${event} is not available.`
  const { count, value } = unexplained
  const rest = [
    ...(count === 0 ? [] : [signed(count)]),
    ...(value !== null && /[1-9]/.test(value.amount) ? [moneyText(value)] : []),
  ]
  if (rest.length === 0) return 'Everything is explained: nothing is left over.'
  return `${rest.join(' and ')} cannot be explained${alarm ? ', and every day is final' : ''}.`
}
