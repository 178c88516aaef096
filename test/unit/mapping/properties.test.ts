import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countedAs } from '../../../core/mapping/catalogue.ts'
import { compileRules } from '../../../core/mapping/mapper.ts'
import { meetsStage } from '../../../core/mapping/rule-index.ts'
import { REASONS, ROUTES } from '../../../core/model/delivery.ts'
import type { Rule } from '../../../core/model/workspace.ts'
import { connection, type FactParts, NOW, OCCURRED, type RuleParts, rule, won, workspace } from './samples.ts'

const CONNECTIONS = ['us', 'eu', 'asia']
const stages = fc.constantFrom('won', 'lost', 'closedwon', 'qualified')

const rules = fc
  .array(
    fc.record({
      source: fc.constantFrom('*', 'crm', 'shop'),
      when: fc.record(
        {
          stage: stages,
          pipeline: fc.constantFrom('default', 'renewals'),
          record: fc.constantFrom('deal', 'form'),
        },
        { requiredKeys: ['stage'] },
      ),
      audience: fc.constantFrom('any', 'tiktok'),
      once: fc.boolean(),
      send: fc.record(
        {
          event: fc.constantFrom('Purchase', 'CompletePayment', 'Lead', 'DealWon'),
          to: fc.subarray(CONNECTIONS, { minLength: 1 }),
          value: fc.constantFrom(
            { from: 'amount' },
            { from: 'margin', percent: '50' },
            { fixed: '5', currency: 'LKR' },
          ),
          whenNoAmount: fc.constantFrom('send', 'skip'),
        },
        { requiredKeys: ['event', 'to'] },
      ),
    }),
    { maxLength: 8 },
  )
  .map((all) => all.map((parts, at) => rule({ id: `r${at}`, ...(parts as RuleParts) })))

const workspaces = fc
  .record({
    rules,
    noAmountMinutes: fc.constantFrom(0, 60),
    startAt: fc.constantFrom(0, NOW),
    rate: fc.boolean(),
  })
  .map(({ rules, noAmountMinutes, startAt, rate }) =>
    workspace({
      rules,
      rates: rate ? [{ date: '2026-01-01', from: 'LKR', to: 'USD', rate: '0.0033' }] : [],
      connections: [
        connection({ delivery: { noAmountMinutes } }),
        connection({ id: 'eu', eventSets: { crm: '72', offline: '71' } }),
        connection({ id: 'asia', eventSets: { crm: '73' }, startAt: new Date(startAt).toISOString() }),
      ],
    }),
  )

const facts = fc
  .record({
    source: fc.constantFrom('crm', 'shop', 'other'),
    change: fc.record({
      stage: stages,
      milestone: fc.constantFrom('won', 'lost', 'qualified'),
      pipeline: fc.constantFrom('default', null),
      occurredAt: fc.constantFrom(0, OCCURRED),
      historyId: fc.constantFrom('h-1', null),
      browserEvent: fc.constantFrom(null, { id: 'px', name: 'Purchase' }),
    }),
    facts: fc.record({
      amount: fc.constantFrom(null, { minor: -5, currency: 'USD' }, { minor: 7, currency: 'LKR' }),
      leadId: fc.constantFrom(null, '700'),
      ttclid: fc.constantFrom(null, 'E.C.P.a', '__CLICKID__'),
      fields: fc.constantFrom(null, { margin: '12.50' }, { margin: 'x' }),
      consent: fc.constantFrom(null, 'granted' as const, 'denied' as const),
    }),
    email: fc.constantFrom<string[]>([], ['a'.repeat(64)]),
    route: fc.constantFrom(undefined, ...ROUTES),
  })
  .map(
    ({ source, change, facts, email, route }): FactParts => ({
      source: { id: source },
      change,
      facts,
      identity: { email },
      routes: new Map(route === undefined ? [] : [['us', route]]),
    }),
  )

/** The rules a change meets, found the slow way: one by one, without any look-up. */
function matching(all: readonly Rule[], parts: FactParts): string[] {
  const { change, source } = won(parts)
  return all
    .filter(
      ({ source: named, when }) =>
        (named === '*' || named === source.id) &&
        meetsStage(when.stage, change) &&
        (when.record ?? change.record.type) === change.record.type &&
        (when.pipeline ?? change.pipeline) === change.pipeline,
    )
    .flatMap(({ id, send }) => send.to.map((to) => `${id}>${to}`))
}

describe('for all rules and all stage changes', () => {
  it('every matching rule gives exactly one entry per connection it sends to, in file order; else one reason', () => {
    fc.assert(
      fc.property(workspaces, facts, (settings, parts) => {
        const entries = compileRules(settings, new Map()).map(won(parts))
        const expected = matching(settings.rules, parts)
        const got = entries.map(({ ruleId, connectionId }) => `${ruleId}>${connectionId}`)
        expect(got).toEqual(expected.length === 0 ? ['null>null'] : expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('at most one delivery goes to a connection under one event name, and what is shadowed has a winner before it', () => {
    fc.assert(
      fc.property(workspaces, facts, (settings, parts) => {
        const entries = compileRules(settings, new Map()).map(won(parts))
        const events = new Map(settings.rules.map(({ id, send }) => [id, countedAs(send.event)]))
        const sent = new Set<string>()
        for (const entry of entries) {
          const slot = `${entry.connectionId} ${events.get(entry.ruleId ?? '')}`
          if (entry.kind === 'delivery') {
            expect(sent.has(slot)).toBe(false)
            sent.add(slot)
          } else if (entry.reason === 'shadowed') expect(sent.has(slot)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('a delivery has a value, or a rule without one, or a hold, or a wait that is over; a value is in a currency TikTok takes', () => {
    fc.assert(
      fc.property(workspaces, facts, (settings, parts) => {
        for (const entry of compileRules(settings, new Map()).map(won(parts))) {
          if (entry.kind === 'reason') {
            expect(REASONS).toContain(entry.reason)
            expect(entry.detail).not.toBe('')
            continue
          }
          const { send } = settings.rules.find(({ id }) => id === entry.ruleId) ?? {}
          expect(entry.conversion.value).toBe(entry.value)
          expect(entry.matchKeys.length).toBeGreaterThan(0)
          if (entry.value !== null) {
            expect(entry.hold).toBeNull()
            expect(entry.value.currency).toBe('USD')
            expect(entry.value.minor).toBeGreaterThanOrEqual(0)
          } else if (entry.hold === null) {
            expect(send?.value === undefined || send.whenNoAmount === 'send').toBe(true)
          }
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('the same facts give the same entries, and nothing that was passed in is changed', () => {
    fc.assert(
      fc.property(workspaces, facts, (settings, parts) => {
        const mapper = compileRules(settings, new Map())
        const input = won(parts)
        const before = structuredClone(input)
        expect(mapper.map(input)).toEqual(mapper.map(input))
        expect(input).toEqual(before)
      }),
    )
  })

  it('a delivery looked at again right away is the same delivery', () => {
    fc.assert(
      fc.property(workspaces, facts, (settings, parts) => {
        const mapper = compileRules(settings, new Map())
        const input = won(parts)
        for (const entry of mapper.map(input)) {
          if (entry.kind !== 'delivery') continue
          expect(mapper.remap(entry.ruleId, entry.connectionId, input, {})).toEqual(entry)
        }
      }),
    )
  })
})
