import { type Money, parseMoney, percentOf } from '../model/money.ts'
import type { Facts, StageChange } from '../model/record.ts'
import type { Value } from '../model/workspace.ts'
import { fieldOf } from './conditions.ts'
import { tooLarge, type ValueProblem } from './value-problem.ts'

/** What a rule's `value` comes to for one StageChange, before any currency is converted. */
export type ReadValue = (change: StageChange, facts: Facts) => Money | ValueProblem

const DECIMAL = /^-?\d+(\.\d+)?$/

/**
 * Compiles `send.value`. The amount of the stage change wins over the record's; a field's text takes `currency`, else
 * the amount's currency, and has none otherwise. A share is rounded half to even in the amount's own currency.
 */
export function compileValue(value: Exclude<Value, { expected: true }>): ReadValue {
  if ('fixed' in value) {
    const fixed = signed(parsed(value.fixed, value.currency, 'the fixed value of the rule'))
    return () => fixed
  }
  const { percent } = value
  const read = value.from === 'amount' ? readAmount : compileField(value.from, value.currency ?? null)
  if (percent === undefined) return read
  return (change, facts) => {
    const whole = read(change, facts)
    if ('problem' in whole) return whole
    try {
      return signed(percentOf(whole, percent))
    } catch (error) {
      return tooLarge(error)
    }
  }
}

function readAmount(change: StageChange, facts: Facts): Money | ValueProblem {
  const amount = change.amount ?? facts.amount
  return amount === null ? missing('the record has no amount') : signed(amount)
}

function compileField(name: string, currency: string | null): ReadValue {
  return (change, facts) => {
    const text = fieldOf(facts, name)
    if (text === undefined || text === '') return missing(`field "${name}" has no value`)
    const known = currency ?? (change.amount ?? facts.amount)?.currency ?? null
    if (known !== null) return signed(parsed(text, known, `field "${name}"`))
    if (!DECIMAL.test(text)) return missing(`field "${name}" is not a plain decimal`)
    if (text.startsWith('-') && /[1-9]/.test(text)) return NEGATIVE
    return {
      problem: 'currency',
      detail: `the currency of field "${name}" is not known: set value.currency in the rule, or give the record an amount with its currency`,
    }
  }
}

function parsed(text: string, currency: string, what: string): Money | ValueProblem {
  const read = parseMoney(text, currency)
  // The parser's sentences never repeat the text, which may be anything a person typed.
  return read.ok ? read.value : missing(`${what} cannot be read: ${read.problem}`)
}

function missing(what: string): ValueProblem {
  return { problem: 'no_amount', detail: what }
}

const NEGATIVE: ValueProblem = {
  problem: 'negative_amount',
  detail: 'the value is below zero, and TikTok has no way to take revenue back',
}

function signed(money: Money | ValueProblem): Money | ValueProblem {
  return 'minor' in money && money.minor < 0 ? NEGATIVE : money
}
