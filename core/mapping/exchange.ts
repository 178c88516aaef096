import { convert, isRate, type Money } from '../model/money.ts'
import { CURRENCIES } from '../model/tiktok.ts'
import type { Connection, Rate } from '../model/workspace.ts'
import { tooLarge, type ValueProblem } from './value-problem.ts'

/** An amount as TikTok takes it for one connection: untouched, or converted at the rate of the event's account day. */
export type Exchange = (money: Money, occurredAt: number) => Money | ValueProblem

/**
 * Currencies that TikTok takes pass. Any other is converted into the connection's currency at the latest workspace
 * rate dated on or before the event's day in the ad account's time zone, half to even; without a rate it is a
 * problem, never a silent dollar.
 */
export function compileExchange(rates: readonly Rate[], connection: Connection): Exchange {
  const { currency, timezone } = connection
  const byCurrency = new Map<string, Rate[]>()
  for (const rate of rates) {
    if (rate.to !== currency || !isRate(rate.rate)) continue
    const dated = byCurrency.get(rate.from)
    if (dated) dated.push(rate)
    else byCurrency.set(rate.from, [rate])
  }
  for (const dated of byCurrency.values())
    dated.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))
  let dayOf: ((at: number) => string) | null = null

  return (money, occurredAt) => {
    if (CURRENCIES.has(money.currency)) return money
    dayOf ??= accountDays(timezone)
    const day = dayOf(occurredAt)
    const rate = byCurrency.get(money.currency)?.findLast((dated) => dated.date <= day)
    if (rate === undefined || !CURRENCIES.has(currency)) return noRate(money.currency, connection, day)
    try {
      return convert(money, rate.rate, currency)
    } catch (error) {
      return tooLarge(error)
    }
  }
}

function noRate(from: string, { id, currency }: Connection, day: string): ValueProblem {
  if (!CURRENCIES.has(currency))
    return {
      problem: 'currency',
      detail: `TikTok takes neither ${from} nor ${currency}, the currency of connection "${id}": let the rule send a fixed value in a currency it takes`,
    }
  return {
    problem: 'currency',
    detail: `TikTok does not take ${from} and no rate from ${from} to ${currency} is dated ${day} or earlier: add one to rates`,
  }
}

/** Calendar days (`2026-11-20`) in a time zone; the formatter is slow to make, so one serves all days. */
function accountDays(timezone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return (at) => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {}
    for (const { type, value } of format.formatToParts(at)) parts[type] = value
    return `${parts.year?.padStart(4, '0')}-${parts.month}-${parts.day}`
  }
}
