import { describe, expect, it } from 'vitest'
import { requeue, resolve } from '../../core/pipeline/decide.ts'
import { releaseDue } from '../../core/pipeline/release.ts'
import type { Pair } from '../support/pair.ts'
import { rule, settings, source, won } from '../support/samples.ts'
import { START } from '../support/test-clock.ts'
import { usePair } from '../support/use-pair.ts'

const pairOf = usePair()
const MINUTE = 60_000
const BY = { actor: 'cli', mayDouble: false }

const states = async (pair: Pair) => (await pair.deliveries()).map((row) => row.state)
const firstId = async (pair: Pair) => (await pair.deliveries())[0]?.id ?? 0
const noAmount = { amount: null, currency: null }

describe('a conversion without an amount', () => {
  it('is held for an hour, then skipped with its reason', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', noAmount)])
    await pair.cycle()
    expect(await pair.deliveries()).toMatchObject([
      { state: 'held', hold_reason: 'no_amount', next_at: START + 60 * MINUTE, payload: null },
    ])
    pair.clock.pass(60 * MINUTE - 1)
    await pair.cycle()
    expect(await states(pair)).toEqual(['held'])
    pair.clock.pass(1)
    await pair.cycle()
    expect(await pair.deliveries()).toEqual([])
    expect(await pair.reasons()).toEqual(['no_amount'])
  })

  it('is sent without a value after the hour where the rule says so', async () => {
    const pair = await pairOf({ settings: settings({ rules: [rule({ send: { whenNoAmount: 'send' } })] }) })
    await pair.post([won('D-1', noAmount)])
    await pair.cycle()
    pair.clock.pass(60 * MINUTE)
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(pair.sandbox.state.events.all()).toMatchObject([{ value: null }])
  })

  it('never waits under a rule without a value', async () => {
    const { value: _, ...send } = rule().send
    const pair = await pairOf({ settings: settings({ rules: [{ ...rule(), send }] }) })
    await pair.post([won('D-1', noAmount)])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })

  it('goes as soon as the amount arrives, with that amount, once', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', noAmount)])
    await pair.cycle()
    pair.clock.pass(10 * MINUTE)
    await pair.post([won('D-1', { id: 'evt-later', amount: '12.34' })])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(pair.sandbox.state.events.all()).toMatchObject([{ value: 12.34, currency: 'USD' }])
    pair.clock.pass(60 * MINUTE)
    await pair.cycle()
    expect(await states(pair)).toEqual(['accepted'])
  })

  it('keeps its timer when the record changes without an amount', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', noAmount)])
    await pair.cycle()
    pair.clock.pass(30 * MINUTE)
    await pair.post([won('D-1', { ...noAmount, id: 'evt-later', stage: 'proposal', orderId: 'O-1' })])
    await pair.cycle()
    expect(await pair.deliveries()).toMatchObject([{ state: 'held', next_at: START + 60 * MINUTE }])
  })

  it('is sent now by requeue, or cancelled by resolve --drop', async () => {
    const pair = await pairOf()
    const { pipeline } = pair.closeback
    await pair.post([won('D-1', noAmount), won('D-2', noAmount)])
    await pair.cycle()
    const [first, second] = (await pair.deliveries()).map((row) => row.id)
    expect(await requeue(pipeline, [first ?? 0], BY)).toMatchObject([{ state: 'waiting', changed: true }])
    const dropped = await resolve(pipeline, [second ?? 0], { to: 'drop', actor: 'cli' })
    expect(dropped).toMatchObject([{ state: 'cancelled', changed: true }])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await states(pair)).toEqual(['accepted', 'cancelled'])
  })
})

describe('a currency that TikTok does not take', () => {
  const inBulgarian = { amount: '100.00', currency: 'BGN' }

  it('holds the conversion until a rate is applied, and is never sent as another currency', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', inBulgarian)])
    await pair.cycle()
    expect(await pair.deliveries()).toMatchObject([{ state: 'held', hold_reason: 'currency', next_at: null }])
    pair.clock.pass(24 * 60 * MINUTE)
    expect(await pair.cycle()).toMatchObject({ requests: 0 })
    await pair.apply(settings({ rates: [{ date: '2026-01-01', from: 'BGN', to: 'USD', rate: '0.55' }] }))
    await releaseDue(pair.closeback.pipeline, 'all')
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(pair.sandbox.state.events.all()).toMatchObject([{ value: 55, currency: 'USD' }])
  })

  it('ends as too old at the age limit', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', inBulgarian)])
    await pair.cycle()
    pair.clock.pass(28 * 24 * 60 * MINUTE)
    await pair.cycle()
    expect(await states(pair)).toEqual(['too_old'])
  })
})

describe('one sale that two systems may both have noted', () => {
  const both = settings({ sources: [source(), source({ id: 'other-crm' })] })
  const sale = (id: string, given = {}) => won(id, { contact: { email: 'ada@example.com' }, ...given })

  it('sends the first and holds the second until a person says', async () => {
    const pair = await pairOf({ settings: both })
    await pair.post([sale('D-1')])
    await pair.cycle()
    await pair.post([sale('X-1'), sale('X-2')], 'other-crm')
    await pair.cycle()
    expect(await pair.deliveries()).toMatchObject([
      { state: 'accepted' },
      { state: 'held', hold_reason: 'possible_duplicate' },
      { state: 'held', hold_reason: 'possible_duplicate' },
    ])
    const [, second, third] = (await pair.deliveries()).map((row) => row.id)
    await requeue(pair.closeback.pipeline, [second ?? 0], BY)
    await resolve(pair.closeback.pipeline, [third ?? 0], { to: 'drop', actor: 'cli' })
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await states(pair)).toEqual(['accepted', 'accepted', 'cancelled'])
  })

  it.each([
    ['another amount', { amount: '4200.01' }],
    ['another person', { contact: { email: 'grace@example.com' } }],
    ['more than an hour apart', { occurredAt: new Date(START - 2 * 3_600_000 - 1).toISOString() }],
  ])('is two sales with %s', async (_, given) => {
    const pair = await pairOf({ settings: both })
    await pair.post([sale('D-1')])
    await pair.post([sale('X-1', given)], 'other-crm')
    expect(await pair.cycle()).toMatchObject({ accepted: 2 })
  })

  it('is two sales when one source says both', async () => {
    const pair = await pairOf({ settings: both })
    await pair.post([sale('D-1'), sale('D-2')])
    expect(await pair.cycle()).toMatchObject({ accepted: 2 })
  })
})

it('a held delivery is frozen with what is known when it starts to wait', async () => {
  const pair = await pairOf()
  await pair.post([won('D-1', noAmount)])
  await pair.cycle()
  await pair.post([won('D-1', { id: 'evt-2', amount: '5.00', orderId: 'O-7' })])
  pair.intercept = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))
  await pair.cycle()
  const [frozen] = await pair.deliveries()
  expect(frozen).toMatchObject({ state: 'waiting', value_minor: 500 })
  pair.intercept = null
  await pair.post([won('D-1', { id: 'evt-3', amount: '9.00', orderId: 'O-8' })])
  expect(await pair.cycle({ now: true })).toMatchObject({ accepted: 1 })
  expect((await pair.deliveries())[0]?.payload).toBe(frozen?.payload)
  expect(await firstId(pair)).toBe(frozen?.id)
})
