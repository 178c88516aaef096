import { describe, expect, it } from 'vitest'
import { connection, type Item, otherConnection, rule, settings, source, won } from '../support/samples.ts'
import { START } from '../support/test-clock.ts'
import { usePair } from '../support/use-pair.ts'

const pairOf = usePair()
const HOUR = 3_600_000
const at = (hoursAgo: number) => new Date(START - hoursAgo * HOUR).toISOString()

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}

describe('a milestone fires once per record', () => {
  const story = [
    won('D-1', { id: 'e1', occurredAt: at(5), amount: '10.00' }),
    won('D-1', { id: 'e2', occurredAt: at(4), stage: 'proposal' }),
    won('D-1', { id: 'e3', occurredAt: at(3), amount: '30.00' }),
  ]
  it('in every order of arrival: one conversion and the same Deal', async () => {
    const known = new Set<string>()
    for (const order of permutations(story)) {
      const pair = await pairOf()
      for (const item of order) {
        await pair.post([item])
        await pair.cycle()
      }
      expect(pair.sandbox.state.events.all(), order.map(({ id }) => id).join()).toHaveLength(1)
      const deal = await pair.closeback.ledger.db
        .selectFrom('deals')
        .select('known')
        .executeTakeFirstOrThrow()
      const facts = Object.entries(JSON.parse(deal.known) as Record<string, unknown>)
      known.add(JSON.stringify(facts.sort(([a], [b]) => (a < b ? -1 : 1))))
    }
    expect(known.size).toBe(1)
  })

  it('and with once: false each time it is entered, whatever the order', async () => {
    for (const order of permutations(story)) {
      const pair = await pairOf({ settings: settings({ rules: [rule({ once: false })] }) })
      for (const item of order) {
        await pair.post([item])
        await pair.cycle()
      }
      expect(pair.sandbox.state.events.all()).toHaveLength(2)
    }
  })

  it('keeps what was first pushed: a later amount is a ledger entry', async () => {
    const pair = await pairOf()
    for (const item of story) {
      await pair.post([item])
      await pair.cycle()
    }
    expect(pair.sandbox.state.events.all()).toMatchObject([{ value: 10, copies: 0 }])
    expect(await pair.reasons()).toContain('repeated')
  })
})

describe('messages', () => {
  it('repeated fifty times at once, and a month later, are one row', async () => {
    const pair = await pairOf()
    const reports = await Promise.all(Array.from({ length: 50 }, () => pair.post([won('D-1')])))
    const sum = (name: 'received' | 'duplicates') => reports.reduce((total, each) => total + each[name], 0)
    expect([sum('received'), sum('duplicates')]).toEqual([1, 49])
    await pair.cycle()
    pair.clock.pass(31 * 24 * HOUR)
    expect(await pair.post([won('D-1')])).toMatchObject({ duplicates: 1 })
    await pair.cycle()
    expect([...pair.counted().values()]).toEqual([1])
  })

  it('with the same id and another amount are a conflict: the first is kept', async () => {
    const pair = await pairOf()
    const report = await pair.post([won('D-1'), won('D-1', { amount: '9.99' })])
    expect(report.results.map(({ status }) => status)).toEqual(['received', 'conflict'])
    await pair.cycle()
    expect(pair.sandbox.state.events.all()).toMatchObject([{ value: 4200 }])
  })
})

describe('rules', () => {
  it('an event renamed in a rule does not send a deal twice', async () => {
    const pair = await pairOf({
      settings: settings({ rules: [rule({ send: { event: 'CompletePayment' } })] }),
    })
    await pair.post([won('D-1')])
    await pair.cycle()
    await pair.apply(settings())
    await pair.post([won('D-1', { id: 'again', occurredAt: at(0.5) })])
    await pair.cycle()
    expect(pair.sandbox.state.events.all()).toHaveLength(1)
  })

  it('the id of a removed rule is not used again', async () => {
    const pair = await pairOf({
      settings: settings({ rules: [rule(), rule({ id: 'lead', when: { stage: 'sql' } })] }),
    })
    await pair.apply(settings(), { prune: true })
    const again = pair.apply(settings({ rules: [rule(), rule({ id: 'lead', when: { stage: 'sql' } })] }))
    await expect(again).rejects.toMatchObject({ code: 'invalid' })
  })

  it('two for the same event and connection: the first in the file wins, the other is shadowed', async () => {
    const pair = await pairOf({ settings: settings({ rules: [rule(), rule({ id: 'second' })] }) })
    await pair.post([won('D-1')])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await pair.reasons()).toEqual(['shadowed'])
  })

  it('all that match fire, each to its connections', async () => {
    const rules = [
      rule({ send: { to: ['us-brand', 'eu-brand'], value: { fixed: '1', currency: 'USD' } } }),
      rule({ id: 'lead', send: { event: 'Lead' } }),
    ]
    const pair = await pairOf({
      settings: settings({ connections: [connection(), otherConnection()], rules }),
    })
    await pair.post([won('D-1')])
    expect(await pair.cycle()).toMatchObject({ accepted: 3 })
  })
})

describe('what happened before the start', () => {
  const { startAt: _, ...unlimited } = connection()
  const atOnce = settings({ connections: [unlimited] })

  it('is not sent: before the source was made, or before the rule was', async () => {
    const pair = await pairOf({ settings: atOnce })
    await pair.post([won('old', { occurredAt: at(1) })])
    pair.clock.pass(HOUR)
    await pair.post([won('new', { occurredAt: new Date(START + 1).toISOString() })])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await pair.reasons()).toEqual(['before_start'])
    await pair.apply({ ...atOnce, rules: [rule(), rule({ id: 'lead', send: { event: 'Lead' } })] })
    await pair.post([won('between', { occurredAt: new Date(START + 2).toISOString() })])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await pair.reasons()).toEqual(['before_start', 'before_start'])
  })

  it('keeps its moment when a rule is edited', async () => {
    const pair = await pairOf({ settings: atOnce })
    pair.clock.pass(HOUR)
    await pair.apply({ ...atOnce, rules: [rule({ audience: 'any', send: { whenNoAmount: 'send' } })] })
    await pair.post([won('D-1', { occurredAt: new Date(START + 1).toISOString() })])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })

  it('is what startAt says instead, for that connection', async () => {
    const pair = await pairOf({ settings: settings({ connections: [connection({ startAt: at(2) })] }) })
    await pair.post([won('early', { occurredAt: at(3) }), won('late', { occurredAt: at(2) })])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await pair.reasons()).toEqual(['before_start'])
  })
})

describe('the same deal in two sources that name each other', () => {
  const synced = settings({
    sources: [source(), source({ id: 'other-crm', dealKey: 'shop_id' })],
  })
  const here = won('D-1')
  const there = won('X-9', { fields: { shop_id: 'D-1' } })
  const posts: [Item, string][] = [
    [here, 'shop-crm'],
    [there, 'other-crm'],
  ]

  it.each([
    ['one after the other', posts, true],
    ['the other way round', posts.toReversed(), true],
    ['in one cycle', posts, false],
    ['in one cycle, the other way round', posts.toReversed(), false],
  ] as const)('fires once, %s', async (_, order, between) => {
    const pair = await pairOf({ settings: synced })
    for (const [item, name] of order) {
      await pair.post([item], name)
      if (between) await pair.cycle()
    }
    await pair.cycle()
    expect([...pair.counted().values()]).toEqual([1])
    expect(await pair.reasons()).toEqual(['repeated'])
  })
})

describe("a browser's event id", () => {
  const form = (id: string, given: Record<string, unknown> = {}) =>
    won(id, { eventId: 'browser-1', eventName: 'Purchase', ...given })
  const down = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))

  it('is used where the stage change carries it under the same event name', async () => {
    const pair = await pairOf()
    await pair.post([form('D-1'), form('D-2', { eventId: 'browser-2', eventName: 'Lead' })])
    await pair.cycle()
    expect((await pair.deliveries()).map((row) => row.browser_id)).toEqual([1, 0])
    expect(pair.counted().get('browser-1')).toBe(1)
  })

  it('is used at most once: two deals of one contact are two conversions', async () => {
    const pair = await pairOf()
    const contact = { email: 'ada@example.com' }
    await pair.post([form('D-1', { contact }), form('D-2', { contact })])
    await pair.post([form('D-3', { contact })])
    expect(await pair.cycle()).toMatchObject({ accepted: 3 })
    expect(pair.counted().size).toBe(3)
    expect((await pair.deliveries()).map((row) => row.browser_id)).toEqual([1, 0, 0])
  })

  it('binds the first send too: until 46 hours after it occurred, then uncertain', async () => {
    const pair = await pairOf()
    pair.intercept = down
    await pair.post([form('D-1')])
    await pair.cycle()
    expect(await pair.deliveries()).toMatchObject([{ send_until: START - HOUR + 46 * HOUR }])
    pair.clock.pass(45 * HOUR)
    pair.intercept = null
    expect(await pair.cycle({ now: true })).toMatchObject({ requests: 0, expired: 1 })
    expect(await pair.deliveries()).toMatchObject([{ state: 'uncertain', first_unknown_at: null }])
  })

  it('lets it go one second earlier', async () => {
    const pair = await pairOf()
    pair.intercept = down
    await pair.post([form('D-1')])
    await pair.cycle()
    pair.clock.pass(45 * HOUR - 1_000)
    pair.intercept = null
    expect(await pair.cycle({ now: true })).toMatchObject({ accepted: 1 })
  })
})
