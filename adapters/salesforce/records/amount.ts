import { isCurrency } from '../../../core/model/currency.ts'
import { type Money, parseMoney } from '../../../core/model/money.ts'

/**
 * An amount as money, `null` where the record has none, or none that can be counted exactly. Never in a currency that
 * nobody named.
 */
export function readAmount(amount: number | null, currency: string | null): Money | null {
  if (amount === null || currency === null || !isCurrency(currency)) return null
  const read = parseMoney(amount, currency)
  return read.ok ? read.value : null
}
