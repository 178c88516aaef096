import { expect, it } from 'vitest'
import type { Advice, StageAdvice } from '../../../core/model/advice.ts'
import type { Rule } from '../../../core/model/workspace.ts'
import { suggestValues, withShare } from '../../../server/ui/pages/rules/suggest-values.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const stage = (milestone: string, wonShare: number | null, known = true): StageAdvice => ({
  milestone,
  entered: 100,
  clicked: 80,
  lagDays: null,
  insideWindow: [],
  signalsPer14Days: 60,
  wonShare,
  expected: known
    ? { value: usd('100.00'), low: usd('80.00'), high: usd('120.00'), deals: 41, maturityDays: 60 }
    : null,
})
const advice = (connectionId: string, ...stages: StageAdvice[]): Advice => ({
  connectionId,
  currency: 'USD',
  asOf: '2026-11-27T00:00:00Z',
  clickDays: 7,
  wantedPer14Days: 50,
  stages,
  recommended: null,
  backTest: { folds: [], error: null },
  notes: [],
})
const rule = (id: string, value?: Rule['send']['value'], over: Partial<Rule> = {}): Rule => ({
  id,
  source: '*',
  when: { stage: 'qualified' },
  audience: 'any',
  once: true,
  send: { event: 'Lead', to: ['us-brand'], whenNoAmount: 'skip', ...(value && { value }) },
  ...over,
})
const KNOWN = [advice('us-brand', stage('qualified', 0.318), stage('won', 1))]

it('proposes the share of deals that are won as the share of the amount', () => {
  const rules = [
    rule('whole', { from: 'amount' }),
    rule('fixed', { fixed: '50.00', currency: 'USD' }),
    rule('none'),
  ]
  expect(suggestValues(rules, KNOWN)).toEqual([
    { ruleId: 'whole', stage: 'qualified', percent: '32', deals: 41, now: 'amount' },
    { ruleId: 'fixed', stage: 'qualified', percent: '32', deals: 41, now: '50.00 USD' },
    { ruleId: 'none', stage: 'qualified', percent: '32', deals: 41, now: 'no value' },
  ])
  const [first] = rules
  expect(first && withShare(first, '32').send.value).toEqual({ from: 'amount', percent: '32' })
})

it('is silent where the rule says it already, in whatever way', () => {
  const rules = [
    rule('near', { from: 'amount', percent: '30' }),
    rule('expected', { expected: true }),
    rule('own', { from: 'score' }),
    rule('last', { from: 'amount' }, { when: { stage: 'won' } }),
  ]
  expect(suggestValues(rules, KNOWN)).toEqual([])
})

it('is silent where too little is known, nothing is won, or the advice is of another connection', () => {
  const rules = [rule('whole', { from: 'amount' })]
  expect(suggestValues(rules, [])).toEqual([])
  expect(suggestValues(rules, [advice('us-brand', stage('qualified', 0.3, false))])).toEqual([])
  expect(suggestValues(rules, [advice('us-brand', stage('qualified', null))])).toEqual([])
  expect(suggestValues(rules, [advice('us-brand', stage('qualified', 0.001))])).toEqual([])
  expect(suggestValues(rules, [advice('eu-brand', stage('qualified', 0.3))])).toEqual([])
})
