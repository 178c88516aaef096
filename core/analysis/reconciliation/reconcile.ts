import type { BookGroup, DeliveredGroup, RestGroup } from '../../model/book.ts'
import { toDecimal } from '../../model/money.ts'
import { CLICK_AGES, OLDER, type Reconciliation } from '../../model/reconciliation.ts'
import type { MoneyText } from '../../model/story.ts'
import { bridge } from './bridge.ts'
import { detailOf, fillBuckets, splitBy, sumOf } from './buckets.ts'
import { campaignKeys, campaignsTable, type KnownCampaign } from './campaigns.ts'
import { causesOf } from './causes.ts'
import { alignedWith, reportSteps, type Step, type StepFacts } from './steps.ts'
import { type Exchange, minus, plus, type Sum, toAmount, worth } from './sum.ts'

/** Everything a reconciliation is made of, read already. */
export interface ReconcileInput {
  head: Pick<Reconciliation, 'connectionId' | 'event' | 'from' | 'to' | 'timezone' | 'currency' | 'asOf'>
  book: Omit<Reconciliation['book'], 'total'>
  groups: readonly BookGroup[]
  rest: readonly RestGroup[]
  delivered: readonly DeliveredGroup[]
  exchange: Exchange
  windows: Pick<Reconciliation['windows'], 'connection' | 'tiktok'>
  stepFacts: StepFacts
  /** What TikTok says; money in minor units of the account's currency. */
  reported: { count: bigint; minor: bigint | null; metrics: string[] } | null
  accountCurrency: string
  campaigns: readonly KnownCampaign[]
  days: Reconciliation['days']
  notes: readonly string[]
}

/** The three books of a period, and how one becomes the other. Pure. */
export function reconcile(input: ReconcileInput): Reconciliation {
  const { head, groups, exchange, stepFacts } = input
  const amount = (sum: Sum) => toAmount(sum, exchange.currency)
  const keys = campaignKeys(input.campaigns)
  const buckets = fillBuckets(groups, exchange)
  const { steps: bridgeSteps, delivered } = bridge(groups, input.rest, exchange)
  const steps = reportSteps(input.delivered, stepFacts, exchange)
  const expected = expectedOf(delivered, steps, exchange.currency)
  const reported = reportedOf(input)
  const unexplained = unexplainedOf(reported, expected)
  const settled = input.days.every(({ state }) => state === 'final')
  const split = (inside: readonly BookGroup[], of: (group: BookGroup) => string) =>
    splitBy(inside, of, exchange).map(({ name, sum }) => ({ name, amount: amount(sum) }))
  return {
    ...head,
    book: { ...input.book, total: amount(sumOf(groups, exchange)) },
    buckets: buckets.map(({ bucket, sum, groups: inside }) => ({
      bucket,
      amount: amount(sum),
      details: split(inside, detailOf).filter(({ name }) => name !== ''),
      evidence: split(inside, ({ evidence }) => evidence),
      clickAge: split(inside, ageText),
      campaign: split(inside, ({ campaign }) => keys.nameOf(campaign)),
      test: split(inside, ({ test }) => (test ? 'test' : 'real')),
    })),
    bridge: bridgeSteps.map(({ step, sum }) => ({ step, amount: amount(sum) })),
    delivered: amount(delivered),
    steps: steps.map(({ step, basis, low, high, valueOpen, detail }) => ({
      step,
      basis,
      count: { low: low.count, high: high.count },
      value: rangeOf(low, high, valueOpen, exchange.currency),
      detail,
    })),
    expected,
    reported,
    unexplained,
    alarm: settled && unexplained !== null && isSomething(unexplained),
    days: input.days,
    windows: { ...input.windows, aligned: amount(alignedWith(input.delivered, stepFacts, exchange)) },
    campaigns: campaignsTable(input, keys),
    causes: causesOf(buckets, steps, exchange),
    notes: [...input.notes, ...notesOf(input, delivered)],
  }
}

function ageText({ evidence, clickAge }: BookGroup): string {
  if (evidence !== 'click') return 'no click'
  if (clickAge === null) return 'unknown'
  return clickAge === OLDER
    ? `over ${CLICK_AGES.at(-1)} days`
    : `up to ${clickAge} ${clickAge === 1 ? 'day' : 'days'}`
}

type Range = Reconciliation['expected']['count']
type MoneyRange = Reconciliation['expected']['value']

/** Null where money without a rate is part of it. */
function rangeOf(low: Sum, high: Sum, open: boolean, currency: string): MoneyRange {
  const isForeign = ({ amounts }: Sum) => [...amounts.keys()].some((code) => code !== currency)
  if (isForeign(low) || isForeign(high)) return null
  const least = low.amounts.get(currency) ?? 0n
  const most = high.amounts.get(currency) ?? 0n
  const [from, to] = least <= most ? [least, most] : [most, least]
  return { low: money(from, currency), high: open ? null : money(to, currency) }
}

function money(minor: bigint, currency: string): MoneyText {
  return { amount: toDecimal(minor, currency), currency }
}

function expectedOf(delivered: Sum, steps: readonly Step[], currency: string) {
  const low = plus(delivered, ...steps.map((step) => step.low))
  const high = plus(delivered, ...steps.map((step) => step.high))
  const open = steps.some(({ valueOpen }) => valueOpen)
  const least = { ...low, count: Math.max(0, low.count) }
  return {
    count: { low: least.count, high: Math.max(0, high.count) },
    value: rangeOf(least, high, open, currency),
  }
}

function reportedOf({ reported, accountCurrency, exchange }: ReconcileInput): Reconciliation['reported'] {
  if (reported === null) return null
  // Of another currency it cannot be held against anything; the note says so.
  const value =
    reported.minor === null || accountCurrency !== exchange.currency
      ? null
      : money(reported.minor, accountCurrency)
  return { count: Number(reported.count), value, metrics: reported.metrics }
}

function unexplainedOf(
  reported: Reconciliation['reported'],
  expected: { count: Range; value: MoneyRange },
): Reconciliation['unexplained'] {
  if (reported === null) return null
  const beyond = (is: bigint, low: bigint, high: bigint | null) =>
    is < low ? is - low : high !== null && is > high ? is - high : 0n
  const count = Number(
    beyond(BigInt(reported.count), BigInt(expected.count.low), BigInt(expected.count.high)),
  )
  if (reported.value === null || expected.value === null) return { count, value: null }
  const { currency } = reported.value
  const minor = ({ amount }: MoneyText) => BigInt(amount.replace('.', ''))
  const { low, high } = expected.value
  const difference = beyond(minor(reported.value), minor(low), high === null ? null : minor(high))
  return { count, value: money(difference, currency) }
}

function isSomething({ count, value }: NonNullable<Reconciliation['unexplained']>): boolean {
  return count !== 0 || (value !== null && /[1-9]/.test(value.amount))
}

function* notesOf(
  { delivered, days, exchange, groups, reported, accountCurrency }: ReconcileInput,
  bridged: Sum,
) {
  const counted = plus(
    ...delivered.filter(({ inPeriod }) => inPeriod).map((group) => worth(group.value, group.count, exchange)),
  )
  const rest = minus(bridged, counted)
  // Another reading of the same ledger: deliveries may be settled while a report is read.
  if (rest.count !== 0)
    yield `Deliveries were settled while the report was read (${rest.count}): run it again.`
  const foreign = [...sumOf(groups, exchange).amounts.keys()].filter((code) => code !== exchange.currency)
  if (foreign.length > 0)
    yield `There is no rate into ${exchange.currency} for ${foreign.sort().join(', ')}: such amounts stand beside the sums. Add them to rates.`
  if (reported !== null && accountCurrency !== exchange.currency)
    yield `TikTok reports this account in ${accountCurrency}, and the connection says ${exchange.currency}: values are not compared. Correct the connection's currency.`
  const incomplete = days.filter(({ state }) => state === 'incomplete').map(({ day }) => day)
  if (incomplete.length > 0)
    yield `TikTok's figures are incomplete for ${incomplete.length} of ${days.length} days (${incomplete[0]}${incomplete.length > 1 ? ' and later' : ''}): pull them again with "closeback insights".`
  const unsettled = days.filter(({ state }) => state === 'open' || state === 'provisional').length
  if (unsettled > 0)
    yield `${unsettled} of ${days.length} days are not final yet: TikTok may still add to them.`
}
