import { parseCurrency } from '../../core/model/currency.ts'
import type { Issue } from '../../core/model/errors.ts'
import { type Money, parseMoney } from '../../core/model/money.ts'

/** The amount of an item, or everything wrong with it and its currency. */
export type Amount = { ok: true; money: Money | null } | { ok: false; issues: Issue[] }

// Judges the shape of an amount whose currency is unknown: CLF has four decimals, no currency has more.
const MOST_DECIMALS = 'CLF'

/** Reads amount and currency together; `fallback` is the currency of the settings, never a guess. */
export function amountOf(amount: unknown, currency: unknown, fallback: string | undefined): Amount {
  const issues: Issue[] = []
  let code = fallback
  if (typeof currency === 'string') {
    const read = parseCurrency(currency)
    code = read.ok ? read.value : undefined
    if (!read.ok) issues.push({ path: '/currency', message: read.problem, remedy: CURRENCY_REMEDY })
  }
  if (typeof amount !== 'string' && typeof amount !== 'number')
    return issues.length === 0 ? { ok: true, money: null } : { ok: false, issues }
  if (code === undefined && issues.length === 0)
    issues.push({ path: '/currency', message: 'is missing for the amount', remedy: CURRENCY_REMEDY })
  const money = parseMoney(amount, code ?? MOST_DECIMALS)
  if (!money.ok) issues.push({ path: '/amount', message: money.problem, remedy: AMOUNT_REMEDY })
  return money.ok && issues.length === 0 ? { ok: true, money: money.value } : { ok: false, issues }
}

const CURRENCY_REMEDY =
  'Send the ISO 4217 code of the amount, or set defaultCurrency in the settings of the source.'
const AMOUNT_REMEDY = 'Send the amount in major units as text, for example "4200.00", or leave it out.'

const PRICE = /^\d{1,15}(?:\.\d{1,12})?$/

/** A price per unit, which may have more decimals than its currency; `null` when it is no plain decimal. */
export function priceOf(price: string | number): string | null {
  const text = String(price)
  return PRICE.test(text) ? text : null
}
