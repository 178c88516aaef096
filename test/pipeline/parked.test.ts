import { expect, it } from 'vitest'
import { pause, resume } from '../../core/pipeline/decide.ts'
import { onBothEngines } from '../support/engines.ts'
import type { Pair } from '../support/pair.ts'
import { connection, OTHER_PIXEL, otherConnection, PIXEL, rule, settings, won } from '../support/samples.ts'

const MINUTE = 60_000
const HERE = { path: '/event/track/', eventSourceId: PIXEL }

const deals = (count: number, prefix = 'D') => Array.from({ length: count }, (_, n) => won(`${prefix}-${n}`))
const two = settings({
  connections: [connection(), otherConnection()],
  rules: [rule({ send: { to: ['us-brand', 'eu-brand'] } })],
  rates: [{ date: '2026-01-01', from: 'USD', to: 'EUR', rate: '0.9' }],
})

/** Events in each request to a set since the last call. */
function watch(pair: Pair, set = PIXEL) {
  let seen = 0
  return () => {
    const requests = pair.sandbox.state.requests.all().filter(({ detail }) => detail.eventSourceId === set)
    const fresh = requests.slice(seen)
    seen = requests.length
    return fresh.map(({ detail }) => detail.eventIds.length)
  }
}

onBothEngines('a parked event set', (pairOf) => {
  it.each([
    [40001, undefined],
    [40101, undefined],
    [40102, undefined],
    [40103, undefined],
    [40104, undefined],
    [40105, undefined],
    [40110, undefined],
    [41000, undefined],
    [40002, 'Invalid value for event_source_id: not found.'],
  ])('is what code %i makes of it (%s): nothing is burnt, others go on', async (code, message) => {
    const pair = await pairOf({ settings: two })
    const text = message === undefined ? {} : { message }
    pair.sandbox.state.faults.set([{ kind: 'envelope', code, ...text, match: HERE, times: 'forever' }])
    await pair.post(deals(3))
    const report = await pair.cycle()
    expect(report).toMatchObject({ accepted: 3, rejected: 0, parked: [{ eventSourceId: PIXEL }] })
    expect(report.parked[0]?.remedy).toMatch(/\w.*\.$/)
    const rows = (await pair.deliveries()).filter((row) => row.event_source_id === PIXEL)
    expect(rows).toMatchObject(Array(3).fill({ state: 'waiting', attempts: 0, first_unknown_at: null }))
    const sent = watch(pair)
    sent()
    pair.clock.pass(29 * MINUTE)
    await pair.cycle({ now: true })
    expect(sent()).toEqual([])
    expect(watch(pair, OTHER_PIXEL)()).toEqual([3])
  })

  it('is also what every half failing alike means: the set is wrong, not the events', async () => {
    const pair = await pairOf()
    const alike = { kind: 'envelope', code: 40002, message: 'Invalid parameter', times: 'forever' } as const
    pair.sandbox.state.faults.set([{ ...alike, match: HERE }])
    await pair.post(deals(16))
    expect(await pair.cycle()).toMatchObject({ rejected: 0, parked: [{ eventSourceId: PIXEL }] })
    const rows = await pair.deliveries()
    expect(rows).toMatchObject(Array(16).fill({ state: 'waiting', attempts: 0 }))

    const sent = watch(pair)
    sent()
    for (let probes = 0; probes < 3; probes++) {
      pair.clock.pass(30 * MINUTE)
      await pair.cycle()
      expect(sent()).toEqual([1])
      pair.clock.pass(2 * MINUTE)
      await pair.cycle()
      expect(sent()).toEqual([])
    }
    expect((await pair.deliveries()).map((row) => row.attempts)).toEqual(Array(16).fill(0))
    pair.sandbox.state.faults.clear()
    pair.clock.pass(30 * MINUTE)
    expect(await pair.cycle({ now: true })).toMatchObject({ accepted: 16, parked: [] })
  })

  it('is probed with one delivery every 30 minutes; a success sends the rest in the same cycle', async () => {
    const pair = await pairOf()
    pair.sandbox.state.tokens.revoke('sandbox-token')
    await pair.post(deals(5))
    await pair.cycle()
    const sent = watch(pair)
    sent()
    pair.clock.pass(30 * MINUTE)
    await pair.cycle()
    expect(sent()).toEqual([1])
    await pair.cycle()
    expect(sent()).toEqual([])
    pair.sandbox.state.tokens.renew('sandbox-token')
    pair.clock.pass(30 * MINUTE)
    expect(await pair.cycle()).toMatchObject({ accepted: 5, parked: [] })
    expect(sent()).toEqual([1, 4])
  })

  it('is probed at once after resume', async () => {
    const pair = await pairOf()
    pair.sandbox.state.tokens.revoke('sandbox-token')
    await pair.post(deals(2))
    await pair.cycle()
    pair.sandbox.state.tokens.renew('sandbox-token')
    expect(await pair.cycle()).toMatchObject({ requests: 0 })
    await resume(pair.closeback.pipeline, 'us-brand', 'cli')
    expect(await pair.cycle()).toMatchObject({ accepted: 2, parked: [] })
  })

  it('is probed at once with a changed token, without a restart', async () => {
    const pair = await pairOf()
    pair.env.TIKTOK_EVENTS_TOKEN = 'no-such-token'
    await pair.post(deals(2))
    expect(await pair.cycle()).toMatchObject({ accepted: 0, parked: [{ code: '40105' }] })
    pair.env.TIKTOK_EVENTS_TOKEN = 'sandbox-token'
    expect(await pair.cycle()).toMatchObject({ accepted: 2, parked: [] })
  })

  it('is not what a paused connection is: nothing is sent, not even a probe, until resume', async () => {
    const pair = await pairOf({ settings: two })
    const { pipeline } = pair.closeback
    await pause(pipeline, 'us-brand', 'cli')
    await pair.post(deals(2))
    expect(await pair.cycle({ now: true })).toMatchObject({ accepted: 2, parked: [] })
    expect(watch(pair)()).toEqual([])
    await pause(pipeline, null, 'cli')
    await pair.post(deals(1, 'E'))
    expect(await pair.cycle({ now: true })).toMatchObject({ read: 1, requests: 0 })
    await resume(pipeline, null, 'cli')
    expect(await pair.cycle()).toMatchObject({ accepted: 4 })
    await expect(pause(pipeline, 'nobody', 'cli')).rejects.toMatchObject({ code: 'not_found' })
  })
})
