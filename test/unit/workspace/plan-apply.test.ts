import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_WORKSPACE, type Workspace } from '../../../core/model/workspace.ts'
import { type ApplyFacts, planApply } from '../../../core/workspace/plan-apply.ts'
import { workspaces } from './arbitraries.ts'
import { workspace } from './samples.ts'

/** Places and their secrets, as a ledger that follows plans would hold them. */
function facts(secrets: Map<string, string> = new Map(), change: Partial<ApplyFacts> = {}): ApplyFacts {
  return {
    prune: false,
    removedRuleIds: new Set(),
    sourceAdapters: new Map(),
    unsettled: { connections: new Map(), sources: new Map(), rules: new Map() },
    sealed: { has: (place) => secrets.has(place), reveal: (place) => secrets.get(place) ?? null },
    sourceCheck: () => [],
    checks: [],
    ...change,
  }
}

function follow(seals: Map<string, string | null>, secrets: Map<string, string>): Map<string, string> {
  const after = new Map(secrets)
  for (const [place, text] of seals) {
    if (text === null) after.delete(place)
    else after.set(place, text)
  }
  return after
}

const ids = (list: { id: string }[]) => list.map(({ id }) => id)
const rulesNamed = (...names: string[]) =>
  workspace((input) => {
    input.rules = names.map((id) => ({
      id,
      source: '*',
      when: { stage: id },
      audience: 'any',
      send: { event: 'Lead', to: ['us-brand'] },
    }))
  })

describe('planning an apply', () => {
  it('changes nothing the second time, for every workspace on every other', () => {
    fc.assert(
      fc.property(workspaces, workspaces, fc.boolean(), (current, given, prune) => {
        const before = planApply(EMPTY_WORKSPACE, current, facts())
        const kept = follow(before.seals, new Map())
        const first = planApply(before.next, given, facts(kept, { prune }))
        const second = planApply(first.next, given, facts(follow(first.seals, kept), { prune }))
        expect(second.changes).toEqual([])
        expect(second.seals.size).toBe(0)
        expect(second.next).toEqual(first.next)
        if (prune) expect(ids(first.next.rules)).toEqual(ids(given.rules))
      }),
    )
  })

  it('never leaves a secret in what is stored or shown', () => {
    fc.assert(
      fc.property(workspaces, (given) => {
        const marked = JSON.parse(
          JSON.stringify(given).replaceAll(/"value":"(?:[^"\\]|\\.)*"\}/g, '"value":"SESAME"}'),
        )
        const { next, changes, seals } = planApply(EMPTY_WORKSPACE, marked, facts())
        const again = planApply(
          next,
          marked,
          facts(new Map([...seals.keys()].map((place) => [place, 'old']))),
        )
        expect(JSON.stringify([next, changes, again.next, again.changes])).not.toContain('SESAME')
      }),
    )
  })

  it('creates, updates field by field, and keeps what it does not name', () => {
    const current = workspace()
    const given = workspace((input) => {
      for (const connection of input.connections ?? []) connection.windows = { clickDays: 28, viewDays: 1 }
      for (const connection of input.connections ?? []) connection.startAt = '2026-11-01T00:00:00Z'
      input.sources = [{ id: 'other-crm', adapter: 'webhook' }]
      input.rules = []
      input.rates = [{ date: '2026-01-01', from: 'EUR', to: 'USD', rate: '1.2' }]
    })
    const { next, changes, problems } = planApply(current, given, facts())
    expect(problems).toEqual([])
    expect(changes).toEqual([
      {
        action: 'update',
        kind: 'connection',
        id: 'us-brand',
        fields: [
          { path: 'windows.clickDays', from: 7, to: 28 },
          { path: 'startAt', to: '2026-11-01T00:00:00Z' },
        ],
      },
      { action: 'create', kind: 'source', id: 'other-crm', fields: [] },
      {
        action: 'update',
        kind: 'rate',
        id: '2026-01-01 EUR USD',
        fields: [{ path: 'rate', from: '1.1', to: '1.2' }],
      },
    ])
    expect(ids(next.sources)).toEqual(['shop-crm', 'other-crm'])
    expect(ids(next.rules)).toEqual(['won'])
  })

  it('deletes only with prune', () => {
    const given = workspace((input) => {
      input.sources = []
      input.rules = []
      input.rates = []
    })
    expect(planApply(workspace(), given, facts()).changes).toEqual([])
    const { next, changes } = planApply(workspace(), given, facts(new Map(), { prune: true }))
    expect(changes.map(({ action, kind, id }) => `${action} ${kind} ${id}`)).toEqual([
      'delete source shop-crm',
      'delete rule won',
      'delete rate 2026-01-01 EUR USD',
    ])
    expect(next).toMatchObject({ sources: [], rules: [], rates: [] })
  })

  it('never deletes what has deliveries that are not final', () => {
    const unsettled = {
      connections: new Map([['us-brand', 2]]),
      sources: new Map([['shop-crm', 1]]),
      rules: new Map([['won', 3]]),
    }
    const plan = planApply(workspace(), EMPTY_WORKSPACE, facts(new Map(), { prune: true, unsettled }))
    expect(plan.problems.map(({ message }) => message)).toEqual([
      '"us-brand" still has 2 deliveries that are not final',
      '"shop-crm" still has 1 delivery that is not final',
      '"won" still has 3 deliveries that are not final',
    ])
    const kept = planApply(workspace(), EMPTY_WORKSPACE, facts(new Map(), { unsettled }))
    expect(kept.problems).toEqual([])
  })

  it('takes the order of the file for rules, and leaves rules it does not name where they are', () => {
    const plan = (current: Workspace, given: Workspace) => planApply(current, given, facts())
    const order = (current: string[], given: string[]) =>
      ids(plan(rulesNamed(...current), rulesNamed(...given)).next.rules)
    expect(order(['a', 'b', 'c'], ['c', 'a', 'b'])).toEqual(['c', 'a', 'b'])
    expect(order(['a', 'b', 'c'], ['c', 'a'])).toEqual(['c', 'b', 'a'])
    expect(order(['a', 'b', 'c'], ['b', 'new', 'c'])).toEqual(['a', 'b', 'new', 'c'])
    expect(order(['a', 'b'], ['new', 'b'])).toEqual(['a', 'new', 'b'])
    expect(order(['a'], ['new'])).toEqual(['a', 'new'])
    expect(plan(rulesNamed('a', 'b'), rulesNamed('b', 'a')).changes).toEqual([
      {
        action: 'update',
        kind: 'order',
        id: 'rules',
        fields: [{ path: 'rules', from: ['a', 'b'], to: ['b', 'a'] }],
      },
    ])
    expect(plan(rulesNamed('a', 'b'), rulesNamed('a', 'new', 'b')).changes.map(({ kind }) => kind)).toEqual([
      'rule',
    ])
  })

  it('does not let a source become another, nor a removed rule come back', () => {
    const sourceAdapters = new Map([['shop-crm', 'hubspot']])
    const removedRuleIds = new Set(['won'])
    const { problems } = planApply(
      EMPTY_WORKSPACE,
      workspace(),
      facts(new Map(), { sourceAdapters, removedRuleIds }),
    )
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'sources[0].adapter: source "shop-crm" was created with adapter "hubspot"',
      'rules[0].id: "won" was the id of a rule that was removed',
    ])
  })

  it('points with the problems of the result at the file that leads to them', () => {
    const given = rulesNamed('b')
    const checks = [
      ({ rules }: Workspace) =>
        rules.map((_, index) => ({ path: `rules[${index}].send.to[0]`, message: 'is wrong' })),
    ]
    const { problems } = planApply(rulesNamed('a', 'b'), given, facts(new Map(), { checks }))
    expect(problems.map(({ path }) => path)).toEqual(['rules.a.send.to[0]', 'rules[0].send.to[0]'])
  })

  it('refuses an event set that two connections share, also when the file names only one of them', () => {
    const other = workspace((input) => {
      for (const connection of input.connections ?? []) connection.id = 'eu-brand'
      input.rules = []
    })
    const { problems } = planApply(workspace(), other, facts())
    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'connections[0].eventSets.web: event set C4AAAAAAAAAAAAAAAAAA is used by connection "us-brand" already',
      'connections[0].eventSets.crm: event set 7100000000000000001 is used by connection "us-brand" already',
    ])
  })

  it('refuses ids, rates and event sets that stand twice, naming each', () => {
    const given = workspace((input) => {
      for (const list of [input.connections, input.sources, input.rules, input.rates] as unknown[][])
        list.push(...structuredClone(list))
    })
    expect(planApply(EMPTY_WORKSPACE, given, facts()).problems.map(({ path }) => path)).toEqual([
      'connections[1].id',
      'sources[1].id',
      'rules[1].id',
      'connections[1].eventSets.web',
      'connections[1].eventSets.crm',
      'rates[1]',
    ])
  })
})

describe('secrets in a plan', () => {
  const PLACE = 'connections/us-brand/tokens/events'
  const withToken = (events: Workspace['connections'][number]['tokens']['events']) =>
    workspace((input) => {
      for (const { tokens } of input.connections ?? []) tokens.events = events
    })

  it('a value is sealed, and shown as changed only when it is', () => {
    const created = planApply(EMPTY_WORKSPACE, withToken({ value: 'one' }), facts())
    expect(created.seals).toEqual(new Map([[PLACE, 'one']]))
    expect(created.next.connections[0]?.tokens.events).toEqual({ sealed: true })

    const known = new Map([[PLACE, 'one']])
    expect(planApply(created.next, withToken({ value: 'one' }), facts(known)).changes).toEqual([])
    const changed = planApply(created.next, withToken({ value: 'two' }), facts(known))
    expect(changed.seals).toEqual(new Map([[PLACE, 'two']]))
    expect(changed.changes).toEqual([
      {
        action: 'update',
        kind: 'connection',
        id: 'us-brand',
        fields: [{ path: 'tokens.events', to: 'secret changed' }],
      },
    ])
  })

  it('`sealed: true` keeps what the ledger has, and is refused when it has nothing', () => {
    const known = new Map([[PLACE, 'one']])
    const sealed = withToken({ sealed: true })
    expect(planApply(sealed, sealed, facts(known))).toMatchObject({ changes: [], problems: [] })
    const { problems } = planApply(EMPTY_WORKSPACE, sealed, facts())
    expect(problems.map(({ path }) => path)).toEqual(['connections[0].tokens.events'])
  })

  it('is forgotten when a reference takes its place, and when what it belongs to goes', () => {
    const known = new Map([[PLACE, 'one']])
    const sealed = withToken({ sealed: true })
    expect(planApply(sealed, withToken({ env: 'TOKEN' }), facts(known)).seals).toEqual(
      new Map([[PLACE, null]]),
    )
    expect(planApply(sealed, EMPTY_WORKSPACE, facts(known, { prune: true })).seals).toEqual(
      new Map([[PLACE, null]]),
    )
  })

  it('a pair is two places while a secret is rotated', () => {
    const given = workspace((input) => {
      for (const source of input.sources ?? [])
        source.secrets = { signing: [{ value: 'new' }, { value: 'old' }] }
    })
    const { seals, next } = planApply(EMPTY_WORKSPACE, given, facts())
    expect(seals).toEqual(
      new Map([
        ['sources/shop-crm/secrets/signing', 'new'],
        ['sources/shop-crm/secrets/signing/1', 'old'],
      ]),
    )
    const single = workspace((input) => {
      for (const source of input.sources ?? []) source.secrets = { signing: { value: 'new' } }
    })
    const after = planApply(next, single, facts(follow(seals, new Map())))
    expect(after.seals).toEqual(new Map([['sources/shop-crm/secrets/signing/1', null]]))
  })
})
