import { dayStart } from '../../model/account-day.ts'
import { isRate } from '../../model/money.ts'
import type { Connection, Rate } from '../../model/workspace.ts'
import type { Exchange } from './sum.ts'

/** Dated rates into a currency: when they change, and which one holds between two changes. */
export function exchangeInto(
  rates: readonly Rate[],
  { currency, timezone }: Pick<Connection, 'currency' | 'timezone'>,
): { exchange: Exchange; rateTimes: number[] } {
  const into = rates.filter(({ to, rate }) => to === currency && isRate(rate))
  const dates = [...new Set(into.map(({ date }) => date))].sort()
  return {
    rateTimes: dates.map((date) => dayStart(date, timezone)),
    exchange: {
      currency,
      rateOf(from, era) {
        const held = into.filter((rate) => rate.from === from && rate.date <= (dates[era - 1] ?? ''))
        return held.sort((a, b) => (a.date < b.date ? 1 : -1))[0]?.rate ?? null
      },
    },
  }
}
