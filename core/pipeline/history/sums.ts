import { type Money, toDecimal } from '../../model/money.ts'
import type { MoneyText } from '../../model/story.ts'

/** Exact totals by currency. */
export interface Sums {
  add(money: Money | null): void
  /** In minor units, by currency. */
  totals(): ReadonlyMap<string, bigint>
}

/** Plain additions while they are exact; BigInt only when a partial sum would leave the safe range. */
export function createSums(): Sums {
  const partial = new Map<string, number>()
  const carried = new Map<string, bigint>()
  return {
    add(money) {
      if (money === null) return
      const { minor, currency } = money
      const before = partial.get(currency) ?? 0
      const next = before + minor
      if (Number.isSafeInteger(next)) partial.set(currency, next)
      else {
        carried.set(currency, (carried.get(currency) ?? 0n) + BigInt(before))
        partial.set(currency, minor)
      }
    },
    totals: () =>
      new Map(
        [...partial].map(([currency, minor]) => [currency, (carried.get(currency) ?? 0n) + BigInt(minor)]),
      ),
  }
}

/** Totals as they are written everywhere outside, by currency name. */
export function moneyTexts(totals: ReadonlyMap<string, bigint>): MoneyText[] {
  return [...totals]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, minor]) => ({ amount: toDecimal(minor, currency), currency }))
}

/** The other way round: every amount of a currency is written with the same number of decimals. */
export function totalsOf(texts: readonly MoneyText[]): ReadonlyMap<string, bigint> {
  return new Map(texts.map(({ amount, currency }) => [currency, BigInt(amount.replace('.', ''))]))
}

/** The first minus the second, in every currency of either; nothing that is zero. */
export function difference(
  a: ReadonlyMap<string, bigint>,
  b: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> {
  const currencies = new Set([...a.keys(), ...b.keys()])
  return new Map(
    [...currencies]
      .map((currency): [string, bigint] => [currency, (a.get(currency) ?? 0n) - (b.get(currency) ?? 0n)])
      .filter(([, minor]) => minor !== 0n),
  )
}
