import { describe, expect, it } from 'vitest'
import type { RemapOptions } from '../../../core/mapping/mapped.ts'
import { compileRules } from '../../../core/mapping/mapper.ts'
import type { WorkspaceInput } from '../../../core/model/workspace.ts'
import { delivered, type FactParts, NOW, rule, won, workspace } from './samples.ts'

const again = (
  parts: Partial<WorkspaceInput>,
  facts: FactParts,
  how: RemapOptions = {},
  id = 'won',
  to = 'us',
) => compileRules(workspace(parts), new Map()).remap(id, to, won(facts), how)

const noAmount: FactParts = { facts: { amount: null } }
const noRate: FactParts = { facts: { amount: { minor: 100, currency: 'LKR' } } }

describe('a held delivery looked at again', () => {
  it('is freed by an amount that came in', () => {
    expect(again({}, {})).toMatchObject({ hold: null, value: { minor: 420_000, currency: 'USD' } })
  })

  it('is freed by a rate that came in', () => {
    const rates = [{ date: '2026-11-01', from: 'LKR', to: 'USD', rate: '0.5' }]
    expect(again({ rates }, noRate)).toMatchObject({ hold: null, value: { minor: 50, currency: 'USD' } })
  })

  it('stays held while what it waits for is missing', () => {
    expect(again({}, noAmount)).toMatchObject({ hold: { reason: 'no_amount', until: NOW + 3_600_000 } })
    expect(again({}, noRate)).toMatchObject({ hold: { reason: 'currency', until: null } })
  })

  it.each([
    ['skip', { kind: 'reason', reason: 'no_amount', ruleId: 'won', connectionId: 'us' }],
    ['send', { kind: 'delivery', hold: null, value: null }],
  ] as const)('after the wait for an amount whenNoAmount decides: %s', (whenNoAmount, expected) => {
    const rules = [rule({ send: { whenNoAmount } })]
    expect(again({ rules }, noAmount, { expired: true })).toMatchObject(expected)
  })

  it('skips by default after the wait', () => {
    expect(again({}, noAmount, { expired: true })).toMatchObject({ reason: 'no_amount' })
  })

  it('sends the amount that came in at the last moment', () => {
    expect(again({}, {}, { expired: true })).toMatchObject({ hold: null, value: { minor: 420_000 } })
  })

  it('goes on waiting for a rate when the wait for an amount is over', () => {
    expect(again({}, noRate, { expired: true })).toMatchObject({ hold: { reason: 'currency' } })
  })

  it.each([
    ['no amount', noAmount],
    ['no rate', noRate],
  ])('goes without value when a person sends it anyway with %s', (_, facts) => {
    const entry = delivered(again({}, facts, { sendAnyway: true }))
    expect(entry).toMatchObject({ hold: null, value: null })
    expect(entry.conversion.value).toBeNull()
  })

  it('goes without value when a person sends it anyway after the wait, whatever whenNoAmount says', () => {
    expect(again({}, noAmount, { sendAnyway: true, expired: true })).toMatchObject({
      hold: null,
      value: null,
    })
  })

  it.each<[string, FactParts]>([
    ['suppressed', { suppressed: true }],
    ['negative_amount', { facts: { amount: { minor: -5, currency: 'USD' } } }],
    ['no_match_key', { identity: { email: [] } }],
  ])('never goes against %s, not even when a person sends it anyway', (reason, facts) => {
    expect(again({}, facts, { sendAnyway: true })).toMatchObject({ reason })
  })

  it('keeps its event id', () => {
    const held = delivered(again({}, noAmount))
    expect(delivered(again({}, {})).eventId).toBe(held.eventId)
  })

  it('is not shadowed: it won when it was mapped first', () => {
    const rules = [rule({ id: 'first' }), rule({ id: 'second' })]
    expect(again({ rules }, {}, {}, 'second')).toMatchObject({ kind: 'delivery', ruleId: 'second' })
  })

  it.each([
    ['stage', rule({ when: { stage: 'lost' } })],
    ['source', rule({ source: 'shop' })],
    ['condition', rule({ when: { pipeline: 'renewals' } })],
  ])('follows the rule as it stands: no_rule when its %s was changed', (_, edited) => {
    expect(again({ rules: [edited] }, {})).toMatchObject({
      reason: 'no_rule',
      ruleId: 'won',
      connectionId: 'us',
    })
  })

  it('is nothing to a rule that was removed or no longer sends there', () => {
    expect(again({ rules: [] }, {})).toBeNull()
    expect(again({}, {}, {}, 'won', 'eu')).toBeNull()
  })
})
