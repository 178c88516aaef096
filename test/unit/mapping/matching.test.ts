import { describe, expect, it } from 'vitest'
import type { FieldTest } from '../../../core/model/workspace.ts'
import { connection, map, outline, rule } from './samples.ts'

const DELIVERED = ['won>us: delivery']
const NO_RULE = ['null>null: no_rule']

describe('which rules a stage change meets', () => {
  it.each([
    ['won', 'closedwon', 'won', DELIVERED],
    ['won', 'won', 'won', DELIVERED],
    ['won', 'closedlost', 'lost', NO_RULE],
    ['won', 'won', 'lost', NO_RULE],
    ['won', 'won', 'won-in-this-crm', NO_RULE],
    ['lost', 'closedlost', 'lost', DELIVERED],
    ['lost', 'lost', 'qualified', NO_RULE],
    ['qualified', 'qualified', 'qualified', DELIVERED],
    ['qualified', 'proposal', 'proposal', NO_RULE],
    ['closedwon', 'closedwon', 'won', DELIVERED],
    ['closedwon', 'otherwon', 'won', NO_RULE],
  ])('a rule on %s and a change into %s with milestone %s', (named, stage, milestone, expected) => {
    expect(
      outline(map({ rules: [rule({ when: { stage: named } })] }, { change: { stage, milestone } })),
    ).toEqual(expected)
  })

  it('meets rules for won and rules that name the id of the won stage alike, in file order', () => {
    const rules = [
      rule({ id: 'a', when: { stage: 'closedwon' }, send: { event: 'Subscribe' } }),
      rule({ id: 'b', when: { stage: 'qualified' }, send: { event: 'Lead' } }),
      rule({ id: 'c' }),
    ]
    expect(outline(map({ rules }))).toEqual(['a>us: delivery', 'c>us: delivery'])
  })

  it.each([
    ['*', 'crm', DELIVERED],
    ['*', 'added-since', DELIVERED],
    ['crm', 'crm', DELIVERED],
    ['shop', 'crm', NO_RULE],
    ['crm', 'added-since', NO_RULE],
  ])('a rule for source %s and a change from %s', (source, id, expected) => {
    expect(outline(map({ rules: [rule({ source })] }, { source: { id } }))).toEqual(expected)
  })

  it.each([
    [{ record: 'deal' }, DELIVERED],
    [{ record: 'form' }, NO_RULE],
    [{ pipeline: 'default' }, DELIVERED],
    [{ pipeline: 'renewals' }, NO_RULE],
    [{ record: 'deal', pipeline: 'renewals' }, NO_RULE],
  ])('a rule when %j', (when, expected) => {
    expect(outline(map({ rules: [rule({ when })] }))).toEqual(expected)
  })

  it('a rule that names a pipeline does not meet a record without one', () => {
    const rules = [rule({ when: { pipeline: 'default' } })]
    expect(outline(map({ rules }, { change: { pipeline: null } }))).toEqual(NO_RULE)
  })

  const tests: [string, FieldTest, boolean][] = [
    ['region', 'EMEA', true],
    ['region', 'emea', false],
    ['region', ['US', 'EMEA'], true],
    ['region', ['US'], false],
    ['region', { not: 'US' }, true],
    ['region', { not: 'EMEA' }, false],
    ['region', { not: ['US', 'EMEA'] }, false],
    ['region', { present: true }, true],
    ['region', { present: false }, false],
    ['blank', { present: true }, false],
    ['blank', { present: false }, true],
    ['unknown', { present: false }, true],
    ['unknown', { present: true }, false],
    ['unknown', 'EMEA', false],
    ['unknown', { not: 'EMEA' }, true],
    ['constructor', { present: true }, false],
  ]
  it.each(tests)('field %s tested with %j: %s', (field, test, holds) => {
    const rules = [rule({ when: { fields: { [field]: test } } })]
    const fields = { region: 'EMEA', blank: '' }
    expect(outline(map({ rules }, { facts: { fields } }))).toEqual(holds ? DELIVERED : NO_RULE)
  })

  it('asks for all fields of a rule, and takes a record without fields as one where none is present', () => {
    const rules = [rule({ when: { fields: { region: 'EMEA', tier: { not: 'free' } } } })]
    expect(outline(map({ rules }, { facts: { fields: { region: 'EMEA', tier: 'free' } } }))).toEqual(NO_RULE)
    expect(outline(map({ rules }, { facts: { fields: { region: 'EMEA' } } }))).toEqual(DELIVERED)
    expect(outline(map({ rules }))).toEqual(NO_RULE)
  })

  it('gives one entry for each matching rule and connection it sends to', () => {
    const connections = [connection(), connection({ id: 'eu', eventSets: { offline: '71' } })]
    const rules = [
      rule({ id: 'won', send: { to: ['us', 'eu'] } }),
      rule({ id: 'lead', send: { event: 'Lead', to: ['eu'] } }),
    ]
    expect(outline(map({ connections, rules }))).toEqual([
      'won>us: delivery',
      'won>eu: delivery',
      'lead>eu: delivery',
    ])
  })

  it('says which stage no rule matches', () => {
    const [entry] = map({}, { change: { stage: 'proposal', milestone: 'proposal' } })
    expect(entry).toMatchObject({ reason: 'no_rule', detail: expect.stringContaining('"proposal"') })
  })
})
