import type { Amount } from '../../../../core/model/reconciliation.ts'
import type { MoneyText } from '../../../../core/model/story.ts'
import { moneyText, rangeText, signed, valuesText } from '../../../reconciliation/words.ts'
import type { QueryChange, RichCell } from './table.ts'

/** Where there is no figure. */
export const NONE: RichCell = { text: '–', raw: null }

export function countCell(count: number | null, to?: QueryChange): RichCell {
  if (count === null) return NONE
  return { text: count.toLocaleString('en-US'), raw: count, ...(to && { to }) }
}

export function signedCell(count: number, to?: QueryChange): RichCell {
  return { text: signed(count), raw: count, ...(to && { to }) }
}

export function rangeCell(range: { low: number; high: number }): RichCell {
  return {
    text: rangeText(range),
    raw: range.low === range.high ? range.low : `${range.low} to ${range.high}`,
  }
}

export function moneyCell(money: MoneyText | null): RichCell {
  return money === null ? NONE : { text: moneyText(money), raw: money.amount }
}

/** Every currency of an amount; a spreadsheet gets a figure when there is one, else the text. */
export function amountCell(amount: Pick<Amount, 'values'>): RichCell {
  const [only, ...others] = amount.values
  return { text: valuesText(amount), raw: only && others.length === 0 ? only.amount : valuesText(amount) }
}

export function decimalCell(number: number | null, digits = 2): RichCell {
  if (number === null) return NONE
  const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return { text: number.toLocaleString('en-US', shown), raw: Number(number.toFixed(digits)) }
}

export function percentCell(share: number | null): RichCell {
  return share === null ? NONE : { text: `${Math.round(share * 100)} %`, raw: Number(share.toFixed(4)) }
}
