import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../core/model/time.ts'
import { startTikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { won } from '../support/samples.ts'
import { usePair } from '../support/use-pair.ts'
import { useRealPair, wonNow } from '../support/use-real-pair.ts'

const TRACK = { path: '/event/track/' }
const realPairOf = useRealPair()
const pairOf = usePair()

describe('an unknown outcome, then definite failures, then a clock stepped back, then two days', () => {
  it('is uncertain after 46 hours, and only a person sends it again or ends it', async () => {
    const pair = await realPairOf()
    const host = await pair.start()
    const { faults } = pair.sandbox.state
    await pair.post(host, [wonNow('D-1'), wonNow('D-2'), wonNow('D-3')])
    faults.set([
      { kind: 'accept_then_reset', match: TRACK },
      { kind: 'envelope', code: 40100, times: 3, match: TRACK },
    ])
    const pushAfter = async (ms: number) => {
      await pair.pass(host, ms)
      return pair.push(host)
    }
    expect(await pair.push(host)).toMatchObject({ waiting: 3 })
    await pushAfter(HOUR)
    await host.step(-DAY)
    await pushAfter(HOUR)
    const since = (await pair.deliveries()).map((row) => row.first_unknown_at)
    await pushAfter(40 * HOUR)
    expect((await pair.deliveries()).map((row) => row.state)).toEqual(['waiting', 'waiting', 'waiting'])
    expect((await pair.deliveries()).map((row) => row.first_unknown_at)).toEqual(since)

    const sent = pair.sandbox.state.requests.received()
    expect(await pushAfter(5 * HOUR)).toMatchObject({ expired: 3, accepted: 0, requests: 0 })
    expect(await pair.push(host)).toMatchObject({ requests: 0 })
    expect(pair.sandbox.state.requests.received()).toBe(sent)
    const [one, two, three] = (await pair.deliveries()).map((row) => row.id)
    await pair.ask(host, '/deliveries/resolve', { ids: [one], to: 'accepted' })
    await pair.ask(host, '/deliveries/resolve', { ids: [two], to: 'drop' })
    await pair.ask(host, '/deliveries/requeue', { ids: [three] })
    expect(await pair.push(host)).toMatchObject({ requests: 0 })
    await pair.ask(host, '/deliveries/requeue', { ids: [three], mayDouble: true })
    expect(await pair.push(host)).toMatchObject({ requests: 1, accepted: 1 })
    const states = (await pair.deliveries()).map((row) => row.state)
    expect(states).toEqual(['accepted', 'rejected', 'accepted'])
  })
})

describe('an outage longer than the age limit', () => {
  it('ends what was never sent as too old, counted and shown', async () => {
    const pair = await realPairOf()
    const gone = await startTikTokSandbox()
    await gone.close()
    const host = await pair.start({ env: { TIKTOK_API_URL: gone.url } })
    await pair.post(host, [wonNow('D-1'), wonNow('D-2')])
    expect(await pair.push(host)).toMatchObject({ waiting: 2 })
    await pair.pass(host, 28 * DAY)
    expect(await pair.push(host)).toMatchObject({ expired: 2, requests: 0 })
    const shown = JSON.parse((await pair.cli('events', '--state', 'too_old', '--json')).out)
    expect(shown.events).toHaveLength(2)
  })
})

describe('a clock that steps', () => {
  it.each([
    ['a day ahead', DAY],
    ['a day back', -DAY],
  ])('%s sends what is due in one request, keeps nothing back, doubles nothing', async (_, step) => {
    const pair = await pairOf()
    const deals = (name: string) => Array.from({ length: 10 }, (__, at) => won(`${name}-${at}`))
    pair.sandbox.state.faults.set([{ kind: 'http', status: 503, match: TRACK }])
    await pair.post(deals('before'))
    expect(await pair.cycle()).toMatchObject({ waiting: 10, requests: 1 })
    pair.clock.step(step)
    if (step > 0) await pair.post(deals('after'))
    pair.clock.pass(HOUR)
    const expected = step > 0 ? 20 : 10
    expect(await pair.cycle()).toMatchObject({ accepted: expected, requests: 1 })
    // And back to the right time: what comes now is sent now.
    pair.clock.step(-step)
    await pair.post(deals('later'))
    expect(await pair.cycle()).toMatchObject({ accepted: 10, requests: 1 })
    expect([...pair.counted().values()].every((times) => times === 1)).toBe(true)
  })

  it('back from a day ahead, where they were received: they are sent within the hour, not the next day', async () => {
    const pair = await pairOf()
    pair.clock.step(DAY)
    await pair.post([won('D-1'), won('D-2')])
    pair.sandbox.state.faults.set([{ kind: 'envelope', code: 40100, match: TRACK }])
    await pair.cycle()
    pair.clock.step(-DAY)
    pair.clock.pass(HOUR)
    expect(await pair.cycle()).toMatchObject({ accepted: 2 })
  })

  it('back from a day ahead, where a set was parked: it is probed within the hour', async () => {
    const pair = await pairOf()
    pair.clock.step(DAY)
    await pair.post([won('D-1')])
    pair.sandbox.state.faults.set([{ kind: 'envelope', code: 40001, match: TRACK }])
    await pair.cycle()
    pair.clock.step(-DAY)
    pair.clock.pass(HOUR)
    expect(await pair.cycle()).toMatchObject({ accepted: 1, parked: [] })
  })

  it.each([
    ['a day ahead', DAY],
    ['a day back', -DAY],
  ])('%s inside a lease, with another process beside it: one conversion each', async (_, step) => {
    const pair = await pairOf()
    const beside = await pair.another('cli')
    await pair.post([won('D-1'), won('D-2')])
    let inFlight = true
    pair.intercept = async (send) => {
      const answer = await send()
      if (inFlight) {
        inFlight = false
        pair.clock.step(step)
        await pair.cycle({ now: true }, beside)
      }
      return answer
    }
    await pair.cycle()
    pair.clock.pass(2 * MINUTE)
    await pair.cycle()
    pair.clock.step(-step)
    await pair.cycle()
    expect((await pair.deliveries()).map(({ state }) => state)).toEqual(['accepted', 'accepted'])
    expect([...pair.counted().values()]).toEqual([1, 1])
  })

  it('a day back after the very first request was lost: two days later it is not sent again', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1')])
    pair.sandbox.state.faults.set([{ kind: 'accept_then_reset', match: TRACK }])
    await pair.cycle()
    pair.clock.step(-DAY)
    await pair.reopen()
    pair.clock.pass(49 * HOUR)
    expect(await pair.cycle({ now: true })).toMatchObject({ requests: 0, expired: 1 })
    expect(await pair.deliveries()).toMatchObject([{ state: 'uncertain' }])
  })

  it('a day back while a dead process held a lease: the lease ends all the same', async () => {
    const pair = await pairOf()
    const dead = await pair.another('cli')
    await pair.post([won('D-1')])
    pair.intercept = async () => {
      await dead.close()
      throw new Error('the process is dead')
    }
    await pair.cycle({}, dead).catch(() => {})
    pair.intercept = null
    expect(await pair.deliveries()).toMatchObject([{ state: 'in_flight' }])
    pair.clock.step(-DAY)
    pair.clock.pass(2 * MINUTE)
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })
})
