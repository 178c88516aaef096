import type { DeliveredGroup, Tracked } from '../../model/book.ts'
import type { Basis, ReportStep } from '../../model/reconciliation.ts'
import { type Exchange, minus, NOTHING, negative, plus, type Sum, worth } from './sum.ts'

/** Click windows of the ad groups that a group may belong to: the shortest and the longest, in days. */
export interface Windows {
  shortest: number
  longest: number
}

/** What is known beside the deliveries themselves. */
export interface StepFacts {
  windowsOf(campaign: Tracked): Windows
  /** Some ad group counts views. */
  countsViews: boolean
  /** What the pixel received from others than Closeback, at most; null where TikTok does not say. */
  otherSenders: number | null
  /** Deliveries for a click that was counted before, where ad groups count one; null where none does. */
  repeatedClicks: number | null
  /** Other events inside the same figure. */
  otherEvents: number
}

/** One step, from a low to a high end; what it does to value has no upper end where nobody can know one. */
export interface Step {
  step: ReportStep
  basis: Basis
  low: Sum
  high: Sum
  valueOpen: boolean
  detail: string
}

/** TikTok converts at a rate of its own day; ours and any bank's differ by less than this. */
const RATE_MARGIN_PERCENT = 5n

/**
 * The way from delivered to reported. Each delivery is on the way of exactly one of the exclusive steps (test, pixel copy,
 * window, click id), so that what is left over by all of them is what TikTok should report, and only the ends of the
 * intervals are unknown.
 */
export function reportSteps(groups: readonly DeliveredGroup[], facts: StepFacts, exchange: Exchange): Step[] {
  const value = (group: DeliveredGroup) => worth(group.value, group.count, exchange)
  const total = (of: readonly DeliveredGroup[]) => plus(...of.map(value))
  const delivered = groups.filter(({ inPeriod }) => inPeriod)
  const real = (group: DeliveredGroup) => !group.test && !group.pixelCopy

  const tests = delivered.filter(({ test }) => test)
  const copies = delivered.filter(({ test, pixelCopy }) => !test && pixelCopy)
  const lateZone = delivered.filter((group) => real(group) && !group.inAccountDays)
  const earlyZone = groups.filter((group) => real(group) && group.inAccountDays && !group.inPeriod)
  const inDays = groups.filter((group) => real(group) && group.inAccountDays)
  const fits = (group: DeliveredGroup) => standing(group, facts)

  const outside = inDays.filter((group) => fits(group) === 'outside')
  const unsure = inDays.filter((group) => fits(group) === 'unsure')
  const nameless = inDays.filter(({ click }) => click === 'none')
  const inside = inDays.filter((group) => fits(group) === 'inside')
  const bookedBefore = inside.filter(({ clickDay }) => clickDay === 'before')
  const later = groups.filter((group) => real(group) && !group.inPeriod && !group.inAccountDays)
  const bookedHere = later.filter((group) => fits(group) === 'inside' && group.clickDay === 'inside')
  const maybeHere = later.filter(
    (group) =>
      group.click === 'none' ||
      (fits(group) !== 'inside' && group.clickDay !== 'after') ||
      group.click === 'untimed',
  )
  const settling = [...inside, ...bookedHere].filter((group) => group.settling && group.clickDay === 'inside')
  const foreign = [...inside, ...bookedHere].filter(
    ({ value: part }) => part.currency !== null && part.currency !== exchange.currency,
  )

  const less = (of: readonly DeliveredGroup[]) => negative(total(of))
  const others = Math.max(facts.otherSenders ?? 0, 0)
  const copiesSum = total(copies)
  const margin = marginOf(total(foreign), exchange.currency)
  return [
    counted(
      'test_events',
      less(tests),
      'carry a test code; TikTok shows them under Test Events and counts nothing',
    ),
    counted(
      'pixel_copies',
      less(copies),
      "share the id of the browser pixel's event; TikTok keeps one of the two",
    ),
    counted(
      'time_zone',
      minus(total(earlyZone), total(lateZone)),
      'fall on another day in the time zone that TikTok reports the account in',
    ),
    step(
      'outside_click_window',
      unsure.length === 0 ? 'counted' : 'bound',
      [minus(less(outside), total(unsure)), less(outside)],
      'came later after the click than the ad group counts, or nobody knows when the click was',
    ),
    step(
      'no_click_id',
      'bound',
      [less(nameless), NOTHING],
      'carry no click id: TikTok may or may not know the person by e-mail, phone or cookie',
    ),
    step(
      'click_day',
      maybeHere.length === 0 ? 'counted' : 'bound',
      [
        minus(total(bookedHere), total(bookedBefore)),
        plus(minus(total(bookedHere), total(bookedBefore)), total(maybeHere)),
      ],
      'are booked by TikTok on the day of the click: clicks before the period leave it, later deals of its clicks join it',
    ),
    step(
      'counted_once',
      'bound',
      [
        {
          count: -(facts.repeatedClicks ?? 0),
          amounts: facts.repeatedClicks ? less(inside).amounts : new Map(),
        },
        NOTHING,
      ],
      'belong to a click that an ad group counts once only',
    ),
    step(
      'restatement',
      'bound',
      [less(settling), NOTHING],
      'belong to clicks of days that TikTok may still add to',
    ),
    step(
      'account_currency',
      'estimated',
      [negative(margin), margin],
      `were sent in another currency; TikTok converts at its own rate, which may differ by ${RATE_MARGIN_PERCENT} %`,
    ),
    step(
      'view_through',
      'bound',
      [NOTHING, facts.countsViews || outside.length > 0 ? total(outside) : NOTHING],
      'may be credited to a view, or to another click of the same person',
    ),
    {
      ...step(
        'other_events',
        'bound',
        [NOTHING, { count: facts.otherEvents, amounts: new Map() }],
        'are other events of the CRM set: TikTok has one figure for all of them',
      ),
      valueOpen: facts.otherEvents > 0,
    },
    {
      ...step(
        'other_senders',
        'bound',
        [NOTHING, { count: others + copiesSum.count, amounts: new Map() }],
        facts.otherSenders === null
          ? 'may come from others on the same event set; received: not available'
          : 'came from others on the same event set, by what TikTok says it received',
      ),
      valueOpen: others + copiesSum.count > 0,
    },
  ]
}

/** Where a delivery stands to the click window of its ad group. */
function standing(group: DeliveredGroup, { windowsOf }: StepFacts): 'inside' | 'outside' | 'unsure' | 'none' {
  if (group.click === 'none') return 'none'
  if (group.click === 'untimed' || group.clickAge === null) return 'unsure'
  const { shortest, longest } = windowsOf(group.campaign)
  if (group.clickAge <= shortest) return 'inside'
  return group.clickAge > longest ? 'outside' : 'unsure'
}

/** What was delivered, as far as its click lies inside the windows of TikTok: the CRM's side under TikTok's rules. */
export function alignedWith(groups: readonly DeliveredGroup[], facts: StepFacts, exchange: Exchange): Sum {
  return plus(
    ...groups
      .filter((group) => group.inPeriod && !group.test && standing(group, facts) === 'inside')
      .map((group) => worth(group.value, group.count, exchange)),
  )
}

function counted(name: ReportStep, sum: Sum, detail: string): Step {
  return step(name, 'counted', [sum, sum], detail)
}

function step(name: ReportStep, basis: Basis, [low, high]: readonly [Sum, Sum], detail: string): Step {
  return { step: name, basis, low, high, valueOpen: false, detail }
}

function marginOf({ amounts }: Sum, currency: string): Sum {
  const minor = amounts.get(currency) ?? 0n
  const margin = (minor * RATE_MARGIN_PERCENT + 99n) / 100n
  return { count: 0, amounts: margin === 0n ? new Map() : new Map([[currency, margin]]) }
}
