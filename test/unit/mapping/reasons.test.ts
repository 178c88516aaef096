import { describe, expect, it } from 'vitest'
import type { MappingFacts } from '../../../core/mapping/mapped.ts'
import { compileRules } from '../../../core/mapping/mapper.ts'
import {
  connection,
  type FactParts,
  map,
  NOW,
  OCCURRED,
  only,
  outline,
  type RuleParts,
  rule,
  won,
  workspace,
} from './samples.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const startsAt = (ms: number) => [connection({ startAt: iso(ms) })]
const startsNever = () => {
  const { startAt: _, ...rest } = connection()
  return [rest]
}
const active = (ms: number) => new Map([['won', new Map([['us', ms]])]])

describe('suppressed', () => {
  it.each<[string, FactParts]>([
    ['consent: denied', { facts: { consent: 'denied' } }],
    ['an identity on the suppression list', { suppressed: true }],
  ])('%s is suppressed, with and without a matching rule', (_, facts) => {
    expect(outline(map({}, facts))).toEqual(['won>us: suppressed'])
    expect(outline(map({ rules: [] }, facts))).toEqual(['null>null: suppressed'])
  })

  it.each([null, 'granted' as const])('consent %s is not', (consent) => {
    expect(outline(map({}, { facts: { consent } }))).toEqual(['won>us: delivery'])
  })
})

describe('before_start', () => {
  it.each([
    ['before the source was created', OCCURRED + 1, 0, 'before_start'],
    ['at the moment the source was created', OCCURRED, 0, 'delivery'],
    ['before the rule was first active for the connection', 0, OCCURRED + 1, 'before_start'],
    ['at the moment the rule was first active', 0, OCCURRED, 'delivery'],
  ])('a stage change that occurred %s', (_, createdAt, ruleStart, expected) => {
    const entries = map({ connections: startsNever() }, { source: { createdAt } }, active(ruleStart))
    expect(outline(entries)).toEqual([`won>us: ${expected}`])
  })

  it('holds for everything so far when the rule was never active for the connection', () => {
    const connections = startsNever()
    expect(outline(map({ connections }, { change: { occurredAt: NOW - 1 } }))).toEqual([
      'won>us: before_start',
    ])
    expect(outline(map({ connections }, { change: { occurredAt: NOW } }))).toEqual(['won>us: delivery'])
  })

  it.each([
    ['before', OCCURRED + 1, 'before_start'],
    ['at', OCCURRED, 'delivery'],
  ])('startAt of the connection replaces both limits: %s it', (_, startAt, expected) => {
    const late = { source: { createdAt: NOW } }
    expect(outline(map({ connections: startsAt(startAt) }, late, active(NOW)))).toEqual([
      `won>us: ${expected}`,
    ])
    expect(outline(map({ connections: startsAt(startAt) }, {}, active(0)))).toEqual([`won>us: ${expected}`])
  })

  it('names the limit and startAt as the remedy', () => {
    const entry = only(map({ connections: startsAt(OCCURRED + 1000) }))
    expect(entry).toMatchObject({ detail: expect.stringContaining('2026-11-20T10:00:01.000Z') })
    expect(entry).toMatchObject({ detail: expect.stringContaining('startAt') })
  })

  it('is set aside when asked to, and the delivery says so', () => {
    const mapper = compileRules(workspace({ connections: startsAt(OCCURRED + 1) }), new Map())
    expect(mapper.map(won(), { ignoreStart: true })).toMatchObject([{ kind: 'delivery', beforeStart: true }])
    const unmatched = compileRules(workspace({ connections: startsAt(NOW), rules: [] }), new Map())
    expect(unmatched.map(won(), { ignoreStart: true })).toMatchObject([{ reason: 'no_rule' }])
    expect(map({}, {})).toMatchObject([{ beforeStart: false }])
  })

  it('is not asked again of a delivery that was made', () => {
    const mapper = compileRules(workspace({ connections: startsAt(OCCURRED + 1) }), new Map())
    expect(mapper.remap('won', 'us', won(), {})).toMatchObject({ kind: 'delivery' })
  })

  it.each([
    ['every connection starts later', [connection({ startAt: iso(OCCURRED + 1) })], 0, 'before_start'],
    [
      'the source was created later and no connection says otherwise',
      startsNever(),
      OCCURRED + 1,
      'before_start',
    ],
    ['the source was created before', startsNever(), OCCURRED, 'no_rule'],
    ['a connection starts early enough', startsAt(OCCURRED), OCCURRED + 1, 'no_rule'],
    [
      'one of two connections starts early enough',
      [...startsAt(OCCURRED + 1), connection({ id: 'eu', eventSets: { web: 'C5' } })],
      OCCURRED + 1,
      'no_rule',
    ],
    ['there is no connection at all', [], OCCURRED + 1, 'no_rule'],
  ])('without a matching rule, when %s', (_, connections, createdAt, expected) => {
    expect(outline(map({ rules: [], connections }, { source: { createdAt } }))).toEqual([
      `null>null: ${expected}`,
    ])
  })
})

describe('not_tiktok', () => {
  const evidence: [string, Partial<MappingFacts['facts']>, boolean][] = [
    ['ttclid', { ttclid: 'E.C.P.abc' }, true],
    ['ttp', { ttp: '2F7h37YkS1j57AYSKTI7IHhJPYH' }, true],
    ['a TikTok lead id', { leadId: '700' }, true],
    ['utm_source tiktok', { utm: utm('tiktok') }, true],
    ['utm_source TikTok', { utm: utm('TikTok') }, true],
    ['utm_source google', { utm: utm('google') }, false],
    ['no utm_source', { utm: utm(null) }, false],
    ['a click id whose macro was never filled in', { ttclid: '__CLICKID__' }, false],
    ['a campaign from somewhere unknown', {}, false],
  ]
  it.each(evidence)('audience tiktok and %s', (_, facts, sent) => {
    const rules = [rule({ audience: 'tiktok' })]
    expect(outline(map({ rules }, { facts }))).toEqual([`won>us: ${sent ? 'delivery' : 'not_tiktok'}`])
  })

  it('audience any asks for no evidence', () => {
    expect(outline(map({}))).toEqual(['won>us: delivery'])
  })
})

describe('no_match_key: match keys are judged per route', () => {
  const nobody = { email: [] }
  it.each<[string, object, FactParts, string]>([
    ['web takes a click id', { web: 'C4' }, { identity: nobody, facts: { ttclid: 'E.C.P.a' } }, 'delivery'],
    [
      'web takes no unfilled click id',
      { web: 'C4' },
      { identity: nobody, facts: { ttclid: '_CLICKID_' } },
      'no_match_key',
    ],
    ['web takes an external id', { web: 'C4' }, { identity: { email: [], externalId: ['b'] } }, 'delivery'],
    ['offline takes an e-mail', { offline: '71' }, {}, 'delivery'],
    ['offline takes a phone', { offline: '71' }, { identity: { email: [], phone: ['c'] } }, 'delivery'],
    [
      'offline takes e-mail or phone only',
      { offline: '71' },
      { identity: { email: [], externalId: ['b'] }, facts: { ttclid: 'E.C.P.a' } },
      'no_match_key',
    ],
    ['crm takes the lead id', { crm: '72' }, { identity: nobody, facts: { leadId: '700' } }, 'delivery'],
    ['nothing known', { web: 'C4' }, { identity: nobody }, 'no_match_key'],
  ])('%s', (_, sets, facts, expected) => {
    const connections = [connection({ eventSets: { ...sets, defaultPageUrl: 'https://shop.example/' } })]
    expect(outline(map({ connections }, facts))).toEqual([`won>us: ${expected}`])
  })

  it('a delivery tells its match keys and score', () => {
    const [entry] = map({}, { facts: { ttclid: 'E.C.P.a' } })
    expect(entry).toMatchObject({ matchKeys: ['ttclid', 'email'], matchScore: expect.any(Number) })
  })
})

describe('of several reasons the first in the order is shown', () => {
  // Everything that can be wrong with one conversion, strongest first; each row takes the strongest one away.
  const wrongs: [string, FactParts, RuleParts][] = [
    ['suppressed', { suppressed: true }, {}],
    ['before_start', { change: { occurredAt: 0 } }, {}],
    ['not_tiktok', {}, { audience: 'tiktok' }],
    ['no_match_key', { identity: { email: [] } }, {}],
    ['negative_amount', { facts: { amount: { minor: -1, currency: 'USD' } } }, {}],
    ['not_sendable', {}, { send: { event: 'CustomOne' } }],
  ]
  it.each(wrongs.map(([reason], at) => [reason, at] as const))('%s', (reason, from) => {
    const left = wrongs.slice(from)
    const facts: FactParts = Object.assign({}, ...left.map(([, parts]) => parts))
    const parts: RuleParts = Object.assign({}, ...left.map(([, , over]) => over))
    const connections = [connection({ eventSets: { offline: '71' } })]
    expect(outline(map({ connections, rules: [rule(parts)] }, facts))).toEqual([`won>us: ${reason}`])
  })

  it('an amount is waited for from the moment that is given', () => {
    const mapper = compileRules(workspace(), new Map())
    const facts = won({ facts: { amount: null } })
    const since = (waitingSince: number) => mapper.map(facts, { waitingSince })
    expect(since(NOW - 1000)).toMatchObject([{ hold: { until: NOW - 1000 + 3_600_000 } }])
    expect(since(NOW - 3_600_000)).toMatchObject([{ reason: 'no_amount' }])
  })

  it('no_amount stands before not_sendable once the wait is over, and a wait gives way to not_sendable', () => {
    const sets = { offline: '71' }
    const rules = [rule({ send: { event: 'CustomOne' } })]
    const noAmount = { facts: { amount: null } }
    const now = [connection({ eventSets: sets, delivery: { noAmountMinutes: 0 } })]
    expect(outline(map({ connections: now, rules }, noAmount))).toEqual(['won>us: no_amount'])
    const later = [connection({ eventSets: sets })]
    expect(outline(map({ connections: later, rules }, noAmount))).toEqual(['won>us: not_sendable'])
  })
})

describe('shadowed', () => {
  const twice = (first: RuleParts, second: RuleParts) => [
    rule({ id: 'a', ...first }),
    rule({ id: 'b', ...second }),
  ]

  it('for one stage change, connection and event name the first rule in file order wins', () => {
    const entries = map({ rules: twice({}, { when: { stage: 'closedwon' }, once: false }) })
    expect(outline(entries)).toEqual(['a>us: delivery', 'b>us: shadowed'])
    expect(entries[1]).toMatchObject({ detail: expect.stringContaining('"a"') })
  })

  it('all matching rules fire when the event names differ', () => {
    expect(outline(map({ rules: twice({}, { send: { event: 'Subscribe' } }) }))).toEqual([
      'a>us: delivery',
      'b>us: delivery',
    ])
  })

  it('a held delivery wins like any other', () => {
    const entries = map(
      { rules: twice({}, { send: { value: { fixed: '5.00', currency: 'USD' } } }) },
      { facts: { amount: null } },
    )
    expect(outline(entries)).toEqual(['a>us: held no_amount', 'b>us: shadowed'])
  })

  it('a rule that sends nothing shadows nothing', () => {
    expect(outline(map({ rules: twice({ audience: 'tiktok' }, {}) }))).toEqual([
      'a>us: not_tiktok',
      'b>us: delivery',
    ])
  })

  it('rules that send to different connections do not shadow each other', () => {
    const connections = [connection(), connection({ id: 'eu', eventSets: { offline: '71' } })]
    expect(outline(map({ connections, rules: twice({}, { send: { to: ['eu'] } }) }))).toEqual([
      'a>us: delivery',
      'b>eu: delivery',
    ])
  })

  it('both names of a renamed event are one event, because TikTok would count the deal twice', () => {
    const rules = twice({ send: { event: 'CompletePayment' } }, { when: { stage: 'closedwon' } })
    expect(outline(map({ rules }))).toEqual(['a>us: delivery', 'b>us: shadowed'])
  })
})

function utm(source: string | null) {
  return { source, medium: null, campaign: null, content: null, term: null, id: null }
}
