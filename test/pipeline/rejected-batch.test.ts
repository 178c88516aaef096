import { expect, it } from 'vitest'
import { hydrate } from '../../core/pipeline/hydrate.ts'
import { onBothEngines } from '../support/engines.ts'
import type { Pair } from '../support/pair.ts'
import { won } from '../support/samples.ts'

const TRACK = { path: '/event/track/' }
const HOUR = 3_600_000

const deals = (count: number, prefix = 'D') => Array.from({ length: count }, (_, n) => won(`${prefix}-${n}`))

/** Posts deals and makes TikTok refuse every request that carries one of the first `bad` of them. */
async function postWithPoison(pair: Pair, count: number, bad: number, withIndex: boolean) {
  await pair.post(deals(count))
  await hydrate(pair.closeback.pipeline)
  const eventIds = (await pair.deliveries()).slice(0, bad).map((row) => row.event_id)
  pair.sandbox.state.faults.set([{ kind: 'poison', eventIds, withIndex, times: 'forever' }])
}

async function states(pair: Pair) {
  const counts: Record<string, number> = {}
  for (const { state } of await pair.deliveries()) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

onBothEngines('a refused batch', (pairOf) => {
  it('rejects the item that the message names, and delivers the innocent in the same cycle', async () => {
    const pair = await pairOf()
    await postWithPoison(pair, 30, 1, true)
    expect(await pair.cycle()).toMatchObject({ accepted: 29, rejected: 1, requests: 2 })
    expect(await states(pair)).toEqual({ accepted: 29, rejected: 1 })
  })

  it('is halved when the message names nobody: the poison is found, the rest delivered at once', async () => {
    const pair = await pairOf()
    await postWithPoison(pair, 64, 1, false)
    const report = await pair.cycle()
    expect(report).toMatchObject({ accepted: 63, rejected: 1 })
    expect(report.requests).toBeLessThanOrEqual(2 * Math.log2(64) + 2)
  })

  it('may hold several poison events', async () => {
    const pair = await pairOf()
    await postWithPoison(pair, 64, 3, false)
    expect(await pair.cycle()).toMatchObject({ accepted: 61, rejected: 3 })
    expect((await pair.deliveries()).slice(0, 3).map((row) => row.state)).toEqual(Array(3).fill('rejected'))
  })

  it('of one item without a sibling waits, until one goes through: then it is at fault, in that cycle', async () => {
    const pair = await pairOf()
    await postWithPoison(pair, 1, 1, false)
    expect(await pair.cycle()).toMatchObject({ rejected: 0, waiting: 1 })
    expect(await states(pair)).toEqual({ waiting: 1 })
    await pair.post([won('sibling')])
    expect(await pair.cycle()).toMatchObject({ accepted: 1, rejected: 1 })
  })

  it('of one item that waits alone alarms from the third cycle on', async () => {
    const pair = await pairOf()
    await postWithPoison(pair, 1, 1, false)
    const alarms = () => pair.log.filter(({ event }) => event === 'refused_alone').length
    for (const expected of [0, 0, 1, 2]) {
      await pair.cycle()
      expect(alarms()).toBe(expected)
      pair.clock.pass(HOUR)
    }
    expect(await pair.deliveries()).toMatchObject([{ state: 'waiting', attempts: 4, first_unknown_at: null }])
  })

  it('with 20001 is halved and sent again; an item still at 20001 alone is uncertain', async () => {
    const pair = await pairOf()
    await pair.post(deals(8))
    await hydrate(pair.closeback.pipeline)
    const eventId = (await pair.deliveries())[3]?.event_id ?? ''
    const partial = { kind: 'envelope', code: 20001, accept: true, times: 'forever' } as const
    pair.sandbox.state.faults.set([{ ...partial, match: { ...TRACK, eventId } }])
    expect(await pair.cycle()).toMatchObject({ accepted: 7, uncertain: 1, rejected: 0 })
    pair.clock.pass(HOUR)
    expect(await pair.cycle({ now: true })).toMatchObject({ requests: 0 })
    expect([...pair.counted().values()]).toEqual(Array(8).fill(1))
  })

  it('with 40100 is not sent again in the same cycle, and the wait grows', async () => {
    const pair = await pairOf()
    pair.sandbox.state.faults.set([{ kind: 'envelope', code: 40100, match: TRACK, times: 'forever' }])
    await pair.post(deals(5))
    expect(await pair.cycle()).toMatchObject({ requests: 1, waiting: 5 })
    expect(await pair.cycle()).toMatchObject({ requests: 0 })
    for (let minutes = 0; minutes < 6 * 60; minutes += 2) {
      pair.clock.pass(2 * 60_000)
      await pair.cycle()
    }
    // Doubling to an hour, half of it chance: five deliveries wait at most 30 to 60 minutes each by then.
    expect(pair.sandbox.state.requests.received()).toBeLessThan(70)
    expect(await states(pair)).toEqual({ waiting: 5 })
    pair.sandbox.state.faults.clear()
    expect(await pair.cycle({ now: true })).toMatchObject({ accepted: 5 })
  })
})
