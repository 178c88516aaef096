import type { Part } from '../../model/book.ts'
import { convert, formatAmount, toDecimal } from '../../model/money.ts'
import type { Amount } from '../../model/reconciliation.ts'

/** Deals and their amounts: exact minor units, by currency. */
export interface Sum {
  count: number
  amounts: ReadonlyMap<string, bigint>
}

export const NOTHING: Sum = { count: 0, amounts: new Map() }

export function plus(...sums: readonly Sum[]): Sum {
  const amounts = new Map<string, bigint>()
  let count = 0
  for (const sum of sums) {
    count += sum.count
    for (const [currency, minor] of sum.amounts) {
      const total = (amounts.get(currency) ?? 0n) + minor
      if (total === 0n) amounts.delete(currency)
      else amounts.set(currency, total)
    }
  }
  return { count, amounts }
}

export function negative({ count, amounts }: Sum): Sum {
  return {
    count: count === 0 ? 0 : -count,
    amounts: new Map([...amounts].map(([currency, minor]) => [currency, -minor])),
  }
}

export function minus(a: Sum, b: Sum): Sum {
  return plus(a, negative(b))
}

/** The same money without the deals: what a step changes in amounts alone. */
export function moneyOf({ amounts }: Sum): Sum {
  return { count: 0, amounts }
}

export function isNothing({ count, amounts }: Sum): boolean {
  return count === 0 && amounts.size === 0
}

/** As told outside: the report's currency first. */
export function toAmount({ count, amounts }: Sum, currency: string): Amount {
  const others = [...amounts.keys()].filter((code) => code !== currency).sort()
  return {
    count,
    values: [currency, ...others].map((code) => ({
      amount: toDecimal(amounts.get(code) ?? 0n, code),
      currency: code,
    })),
  }
}

/** Rates into the currency of the report, by the changes that `era` counts. */
export interface Exchange {
  currency: string
  /** The decimal rate from a currency in an era; null where the workspace has none. */
  rateOf(from: string, era: number): string | null
}

/** What the deals are worth in the report's currency, each converted by itself; in their own where there is no rate. */
export function worth(part: Part, count: number, exchange: Exchange, era = part.era): Sum {
  const { currency, minor } = part
  if (currency === null || minor === 0n) return { count, amounts: new Map() }
  if (currency === exchange.currency) return { count, amounts: new Map([[currency, minor]]) }
  const rate = exchange.rateOf(currency, era)
  if (rate === null) return { count, amounts: new Map([[currency, minor]]) }
  const each = convert({ minor: Number(minor / BigInt(count)), currency }, rate, exchange.currency)
  const total = BigInt(each.minor) * BigInt(count)
  return { count, amounts: total === 0n ? new Map() : new Map([[exchange.currency, total]]) }
}

/** One of the deals, as TikTok would be told in another currency. */
export function eachIn(part: Part, count: number, rate: string | null, currency: string): string | null {
  if (part.currency === null || rate === null || count === 0) return null
  return formatAmount(
    convert({ minor: Number(part.minor / BigInt(count)), currency: part.currency }, rate, currency),
  )
}
