import { parseCurrency } from '../../core/model/currency.ts'
import { type Money, parseMoney } from '../../core/model/money.ts'
import { type CrmRecord, propertyOf } from './records.ts'

/** An amount of a deal, or one sentence that says why it cannot be read. */
export interface Amount {
  money: Money | null
  problem: string | null
}

const NONE: Amount = { money: null, problem: null }

/**
 * An amount as HubSpot writes it, in the deal's own currency, else in the account's. Never in a guessed one, and never
 * mixed with the amount in home currency, whose rate freezes at close.
 */
export function amountOf(text: string | null, deal: CrmRecord, home: string | null): Amount {
  if (text === null || text.trim() === '') return NONE
  const code = propertyOf(deal, 'deal_currency_code') ?? home
  if (code === null)
    return {
      money: null,
      problem:
        'the deal has no currency and the account tells none: set homeCurrency in the settings of the source',
    }
  const currency = parseCurrency(code)
  if (!currency.ok)
    return { money: null, problem: `${currency.problem}: correct deal_currency_code in HubSpot` }
  const money = parseMoney(text.trim(), currency.value)
  return money.ok
    ? { money: money.value, problem: null }
    : { money: null, problem: `${money.problem}: correct the amount in HubSpot` }
}

/** The amount that stood on the deal at a moment (epoch ms), where its history goes back that far. */
export function amountAt(deal: CrmRecord, at: number, home: string | null): Money | null {
  const then = deal.history.amount?.findLast((entry) => entry.at <= at)
  return then === undefined ? null : amountOf(then.value, deal, home).money
}
