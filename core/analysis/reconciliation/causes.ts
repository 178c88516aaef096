import type { Basis, Reconciliation } from '../../model/reconciliation.ts'
import { detailOf, type FilledBucket, splitBy } from './buckets.ts'
import type { Step } from './steps.ts'
import { type Exchange, isNothing, toAmount } from './sum.ts'
import { BUCKET_WORDS, STEP_WORDS } from './words.ts'

type Cause = Reconciliation['causes'][number]

/** What makes the three books differ, the largest first: every bucket but the accepted one, and every step that is not nothing. */
export function causesOf(
  buckets: readonly FilledBucket[],
  steps: readonly Step[],
  exchange: Exchange,
): Cause[] {
  const fromBuckets = buckets
    .filter(({ bucket, sum }) => bucket !== 'accepted' && sum.count > 0)
    .map(({ bucket, sum, groups }): Cause => {
      const details = splitBy(groups, detailOf, exchange).filter(({ name }) => name !== '')
      const told = details.map(({ name, sum: { count } }) => `${name} ${count}`).join(', ')
      return {
        cause: bucket,
        basis: 'counted',
        count: { low: sum.count, high: sum.count },
        revenue: toAmount(sum, exchange.currency).values,
        evidence: `${BUCKET_WORDS[bucket].title}${told === '' ? '' : `: ${told}`}`,
        remedy: BUCKET_WORDS[bucket].remedy ?? 'Nothing: it was decided so.',
      }
    })
  const fromSteps = steps
    .filter(({ low, high }) => !isNothing(low) || !isNothing(high))
    .map(({ step, basis, low, high, detail }): Cause => {
      const [least, most] = [low.count, high.count].map(Math.abs).sort((a, b) => a - b)
      const larger = Math.abs(low.count) >= Math.abs(high.count) ? low : high
      return {
        cause: step,
        basis,
        count: { low: low.count * high.count < 0 ? 0 : (least ?? 0), high: most ?? 0 },
        revenue: toAmount(larger, exchange.currency).values.map(({ amount, currency }) => ({
          amount: amount.replace('-', ''),
          currency,
        })),
        evidence: `${STEP_WORDS[step].title}: they ${detail}`,
        remedy: STEP_WORDS[step].remedy,
      }
    })
  const basisRank: Record<Basis, number> = { counted: 0, estimated: 1, bound: 2 }
  return [...fromBuckets, ...fromSteps].sort(
    (a, b) => basisRank[a.basis] - basisRank[b.basis] || b.count.high - a.count.high,
  )
}
