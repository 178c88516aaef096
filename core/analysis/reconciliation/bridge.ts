import type { BookGroup, RestGroup } from '../../model/book.ts'
import { BRIDGE_STEPS, type BridgeStep } from '../../model/reconciliation.ts'
import { bucketOf } from './buckets.ts'
import { type Exchange, eachIn, minus, moneyOf, NOTHING, negative, plus, type Sum, worth } from './sum.ts'

const RELATIONS: Record<RestGroup['relation'], BridgeStep> = {
  further: 'further_deliveries',
  moved: 'won_date_moved',
  gone: 'no_longer_won',
}

/**
 * From the CRM's amounts of the accepted deals to what was delivered, in signed steps. Each deal's way is taken whole:
 * what its amount changed by, what the rule made of it, what rates made of it; so the steps add up exactly.
 */
export function bridge(
  groups: readonly BookGroup[],
  rest: readonly RestGroup[],
  exchange: Exchange,
): { steps: { step: BridgeStep; sum: Sum }[]; delivered: Sum } {
  const accepted = groups.filter((group) => bucketOf(group) === 'accepted')
  const sums = new Map<BridgeStep, Sum>()
  const add = (step: BridgeStep, sum: Sum) => sums.set(step, plus(sums.get(step) ?? NOTHING, sum))
  let start = NOTHING
  for (const group of accepted) {
    const book = worth(group.book, group.count, exchange)
    start = plus(start, book)
    if (!group.inPeriod) {
      add('won_date_moved', negative(book))
      continue
    }
    for (const [step, sum] of stepsOf(group, book, exchange)) add(step, moneyOf(sum))
  }
  for (const { relation, value, count } of rest) add(RELATIONS[relation], worth(value, count, exchange))
  const steps = BRIDGE_STEPS.map((step) => ({ step, sum: sums.get(step) ?? NOTHING }))
  return { steps, delivered: plus(start, ...steps.map(({ sum }) => sum)) }
}

function* stepsOf(group: BookGroup, book: Sum, exchange: Exchange): Generator<[BridgeStep, Sum]> {
  const { count, was, value } = group
  const sent = worth(value, count, exchange)
  // Sent without an amount of the stage change: whatever differs came later.
  if (was.currency === null) {
    yield ['amount_changed', minus(sent, book)]
    return
  }
  const then = worth(was, count, exchange, group.book.era)
  yield ['amount_changed', minus(then, book)]
  const rest = minus(sent, then)
  if (was.currency === value.currency) {
    // The same currency all the way: rates changed only in which of them the report counts.
    const thenWhenSent = worth(was, count, exchange, value.era)
    yield ['currency', minus(thenWhenSent, then)]
    yield ['value_rule', minus(sent, thenWhenSent)]
  } else yield [isConverted(group, exchange) ? 'currency' : 'value_rule', rest]
}

/** Whether what was sent is the deal's amount at the rate of its day, and nothing a rule made of it. */
function isConverted({ was, value, count }: BookGroup, exchange: Exchange): boolean {
  if (was.currency === null || value.currency !== exchange.currency) return false
  const converted = eachIn(was, count, exchange.rateOf(was.currency, value.era), value.currency)
  const sent = eachIn(value, count, '1', value.currency)
  return converted !== null && converted === sent
}
