import { fileURLToPath } from 'node:url'
import { beforeEach, expect, it } from 'vitest'
import { poll } from '../../core/pipeline/poll.ts'
import { onBothEngines } from '../support/engines.ts'
import type { Pair } from '../support/pair.ts'
import { rule, settings } from '../support/samples.ts'
import { DOWN, moved, script } from '../support/scripted-crm.ts'
import { START } from '../support/test-clock.ts'

const HOUR = 3_600_000
const env = { CLOSEBACK_ADAPTERS: fileURLToPath(new URL('../support/scripted-crm.ts', import.meta.url)) }
const crm = (id: string) => ({ id, adapter: 'scripted', secrets: {}, settings: {} })
const USD = (minor: number) => ({ minor, currency: 'USD' })
const deal = (id: string, given: object = {}) => ({
  id,
  stages: [
    ['open', START - 2 * HOUR],
    ['won', START - HOUR],
  ] as [string, number][],
  amount: USD(420_000),
  email: `${id.toLowerCase()}@example.com`,
  ...given,
})
const states = async (pair: Pair) => (await pair.deliveries()).map(({ state }) => state)
const reasons = async (pair: Pair) => (await pair.reasons()).filter((reason) => reason !== 'no_rule')

beforeEach(() => script.clear())

onBothEngines('a poll', (pairOf) => {
  const start = (sources = [crm('crm')], rules = [rule()]) =>
    pairOf({ settings: settings({ sources, rules }), env })

  it('leads to a conversion, and goes on from its cursor', async () => {
    const pair = await start()
    moved(deal('D-1'))
    expect(await poll(pair.closeback.pipeline)).toMatchObject([
      { sourceId: 'crm', state: 'done', pages: 1, received: 1 },
    ])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    moved(deal('D-2'))
    await poll(pair.closeback.pipeline)
    expect(script.cursors).toEqual([null, 1])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })

  it('keeps what came before it broke, says why, and stops no other source', async () => {
    const pair = await start([crm('crm'), crm('other')])
    script.pages.push(['D-1'], DOWN)
    script.deals.set('D-1', deal('D-1'))
    expect(await poll(pair.closeback.pipeline)).toMatchObject([
      {
        sourceId: 'crm',
        state: 'failed',
        received: 1,
        error: { message: DOWN.message, remedy: DOWN.remedy },
      },
      { sourceId: 'other', state: 'failed', received: 1 },
    ])
    script.pages[1] = ['D-2']
    await poll(pair.closeback.pipeline)
    expect(script.cursors).toEqual([null, null, 1, 1])
  })

  it('says nothing of an error that is not ours but its kind', async () => {
    const pair = await start()
    script.pages.push(new TypeError('ada@example.com'))
    const [report] = await poll(pair.closeback.pipeline)
    expect(report?.error).toEqual({ message: 'unexpected TypeError', remedy: null })
  })

  it('is done by one host at a time', async () => {
    const pair = await start()
    const other = await pair.another()
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    script.gate = () => gate
    moved(deal('D-1'))
    const first = poll(pair.closeback.pipeline)
    await expect.poll(() => script.cursors.length).toBe(1)
    expect(await poll(other.pipeline)).toMatchObject([{ state: 'busy' }])
    open()
    expect(await first).toMatchObject([{ state: 'done', received: 1 }])
    expect(await poll(other.pipeline)).toMatchObject([{ state: 'done', pages: 0 }])
  })

  it('waits for its time where only due sources are asked', async () => {
    const pair = await start()
    await poll(pair.closeback.pipeline, { due: true })
    expect(await poll(pair.closeback.pipeline, { due: true })).toEqual([])
    pair.clock.pass(60_000)
    expect(await poll(pair.closeback.pipeline, { due: true })).toHaveLength(1)
  })

  it('hydrates many hints together', async () => {
    const pair = await start()
    const ids = Array.from({ length: 700 }, (_, n) => `D-${n}`)
    for (const id of ids) script.deals.set(id, deal(id))
    script.pages.push(ids)
    await poll(pair.closeback.pipeline)
    expect(await pair.cycle()).toMatchObject({ accepted: 700 })
    expect(script.hydrated).toEqual([700])
  })
})

onBothEngines('a record of a CRM', (pairOf) => {
  const start = (rules = [rule()]) => pairOf({ settings: settings({ sources: [crm('crm')], rules }), env })
  const told = async (pair: Pair, ...deals: ReturnType<typeof deal>[]) => {
    for (const each of deals) moved(each)
    await poll(pair.closeback.pipeline)
    return pair.cycle()
  }

  it('without a contact is held, and goes when one comes', async () => {
    const pair = await start()
    await told(pair, deal('D-1', { email: null }))
    expect(await pair.deliveries()).toMatchObject([{ state: 'held', hold_reason: 'no_contact' }])
    expect(await told(pair, deal('D-1'))).toMatchObject({ accepted: 1 })
  })

  it('without a contact waits for TikTok evidence, too, and is refused when the contact brings none', async () => {
    const pair = await start([rule({ audience: 'tiktok' })])
    await told(pair, deal('D-1', { email: null }))
    expect(await states(pair)).toEqual(['held'])
    await told(pair, deal('D-1'))
    expect(await pair.deliveries()).toEqual([])
    expect(await reasons(pair)).toEqual(['not_tiktok'])
  })

  it('that another one was merged into fires a milestone once for both', async () => {
    const pair = await start()
    await told(pair, deal('D-1'))
    await told(pair, deal('D-2', { stages: [['open', START - HOUR]] }))
    await told(pair, deal('D-2', { mergedIds: ['D-1'] }))
    expect(await states(pair)).toEqual(['accepted'])
    expect(await reasons(pair)).toEqual(['repeated'])
  })

  it('that was merged before anything was heard of the other fires once, too', async () => {
    const pair = await start()
    await told(pair, deal('D-2', { mergedIds: ['D-1'] }))
    await told(pair, deal('D-1'))
    expect(await states(pair)).toEqual(['accepted'])
    expect(await reasons(pair)).toEqual(['repeated'])
  })
})

onBothEngines('a form of a CRM', (pairOf) => {
  const form = {
    type: 'form',
    ttclid: 'E.C.P.form',
    stages: [['submitted', START - 3 * HOUR]] as [string, number][],
  }
  const visitor = { email: 'ada@example.com' }
  const start = () =>
    pairOf({ settings: settings({ sources: [crm('crm')], rules: [rule({ audience: 'tiktok' })] }), env })
  const clicks = async (pair: Pair) =>
    (await pair.deliveries()).map(({ payload }) => JSON.parse(payload ?? '{}').user.ttclid)
  const told = async (pair: Pair, each: ReturnType<typeof deal>) => {
    moved(each)
    await poll(pair.closeback.pipeline)
    await pair.cycle()
  }

  const firsts = [
    deal('F-1', { ...form, ...visitor }),
    deal('D-1', { ...visitor, stages: [['open', START - 2 * HOUR]] }),
  ]
  it.each([
    ['the form', firsts],
    ['the deal', firsts.toReversed()],
  ])('lends its click to the deal of the same person where %s is heard of first', async (_, before) => {
    const pair = await start()
    for (const each of before) await told(pair, each)
    await told(pair, deal('D-1', visitor))
    expect(await clicks(pair)).toEqual(['E.C.P.form'])
  })

  it('lends nothing to a deal that knows a click itself, or to another person', async () => {
    const pair = await start()
    await told(pair, deal('D-1', { ...visitor, ttclid: 'E.C.P.own' }))
    await told(pair, deal('F-1', { ...form, ...visitor }))
    await told(pair, deal('D-2'))
    expect(await clicks(pair)).toEqual(['E.C.P.own'])
    expect(await reasons(pair)).toContain('not_tiktok')
  })
})
