import { describe, expect, it } from 'vitest'
import type { Posted, RealHost } from '../support/real-host.ts'
import { type RealPair, useRealPair, wonNow } from '../support/use-real-pair.ts'

const LONG = process.env.CLOSEBACK_LONG === '1'
const WAIT = { timeout: 20_000, interval: 20 }
const TRACK = { path: '/event/track/' }
const pairOf = useRealPair()

const states = async (pair: RealPair) => (await pair.deliveries()).map(({ state }) => state)
const tracked = (pair: RealPair) =>
  pair.sandbox.state.requests.all().filter(({ path }) => path.endsWith('/event/track/'))

describe('a host that is killed', () => {
  it('has everything it acknowledged, however often it dies while messages come in', {
    timeout: LONG ? 300_000 : 60_000,
  }, async () => {
    const pair = await pairOf()
    const kills = LONG ? 50 : 4
    let sent = 0
    let retry: ReturnType<typeof wonNow>[] = []
    for (let kill = 0; kill < kills; kill++) {
      const began = performance.now()
      const host = await pair.start({ everyMs: 30 })
      expect(performance.now() - began, 'up again').toBeLessThan(20_000)
      const unanswered: typeof retry = []
      const dieAfter = 3 + kill * 7
      let answered = 0
      // A sender keeps what was not answered and sends it again to the next host.
      const sender = async (first: typeof retry) => {
        for (let items = first; ; items = [wonNow(`K-${++sent}`), wonNow(`K-${++sent}`)]) {
          if (items.length === 0) continue
          const answer = await pair.post(host, items).catch(() => null)
          if (answer?.status !== 202) return unanswered.push(...items)
          if (++answered === dieAfter) void host.end('SIGKILL')
        }
      }
      const halves = [retry, [], [], []]
      retry = []
      await Promise.all(halves.map((items) => sender(items)))
      retry = unanswered
    }
    const host = await pair.start({ everyMs: 30 })
    const last: Posted = await pair.post(host, retry)
    expect(last.status).toBe(202)
    const accepted = async () => (await states(pair)).filter((state) => state === 'accepted').length
    await expect.poll(accepted, WAIT).toBe(sent)
    expect(pair.counted().size).toBe(sent)
    expect([...pair.counted().values()].every((times) => times === 1)).toBe(true)
  })

  it('between TikTok’s answer and the settle sends the same event once more, and it counts once', async () => {
    const pair = await pairOf()
    const first = await pair.start({ everyMs: 30 })
    pair.sandbox.state.faults.set([{ kind: 'accept_then_hang', match: TRACK }])
    await pair.post(first, [wonNow('D-1'), wonNow('D-2')])
    await expect.poll(() => pair.counted().size, WAIT).toBe(2)
    expect(await states(pair)).toEqual(['in_flight', 'in_flight'])
    await first.end('SIGKILL')

    await pair.start({ everyMs: 30 })
    await expect.poll(() => states(pair), WAIT).toEqual(['accepted', 'accepted'])
    const [one, two] = tracked(pair)
    expect(tracked(pair)).toHaveLength(2)
    expect(two?.bodySha256).toBe(one?.bodySha256)
    expect([...pair.counted().values()]).toEqual([1, 1])
    // The clock of an unknown outcome starts with the claim, before the request that was never answered.
    for (const { first_unknown_at: since } of await pair.deliveries()) {
      expect(since).toBeTypeOf('number')
      expect(since).toBeLessThanOrEqual(one?.startedAt ?? 0)
    }
  })

  it('before its request left is followed by a host that sends it, once', async () => {
    const pair = await pairOf()
    const first = await pair.start({ everyMs: 30, env: { TEST_HOLD: '1' } })
    await pair.post(first, [wonNow('D-1')])
    await expect.poll(() => states(pair), WAIT).toEqual(['in_flight'])
    await first.end('SIGKILL')
    expect(tracked(pair)).toHaveLength(0)

    await pair.start({ everyMs: 30 })
    await expect.poll(() => states(pair), WAIT).toEqual(['accepted'])
    expect(tracked(pair)).toHaveLength(1)
  })
})

describe('a host that is asked to stop', () => {
  it('finishes the batch in flight, takes no more, and exits in peace', async () => {
    const pair = await pairOf()
    const host = await pair.start({ everyMs: 30 })
    pair.sandbox.state.faults.set([{ kind: 'slow', ms: 1500, match: TRACK }])
    await pair.post(host, [wonNow('D-1')])
    await expect.poll(() => tracked(pair).length, WAIT).toBe(1)
    const stopping = host.end('SIGTERM')
    await refusesSoon(host)
    expect(await stopping).toMatchObject({ code: 0, signal: null })
    expect(await states(pair)).toEqual(['accepted'])
    expect(tracked(pair)).toHaveLength(1)
  })

  it.runIf(LONG)(
    'leaves what TikTok never answers to the next host, and exits all the same',
    { timeout: 90_000 },
    async () => {
      const pair = await pairOf()
      const host = await pair.start({ everyMs: 30 })
      pair.sandbox.state.faults.set([{ kind: 'accept_then_hang', match: TRACK }])
      await pair.post(host, [wonNow('D-1')])
      await expect.poll(() => tracked(pair).length, WAIT).toBe(1)
      const began = performance.now()
      expect(await host.end('SIGTERM')).toMatchObject({ code: 0, signal: null })
      expect(performance.now() - began).toBeLessThan(35_000)
      expect(await states(pair)).toEqual(['waiting'])
      await pair.push(await pair.start())
      expect(await states(pair)).toEqual(['accepted'])
      expect([...pair.counted().values()]).toEqual([1])
    },
  )
})

async function refusesSoon(host: RealHost) {
  const asks = () =>
    fetch(`${host.url}/healthz`).then(
      () => 'answers',
      () => 'refuses',
    )
  await expect.poll(asks, WAIT).toBe('refuses')
}
