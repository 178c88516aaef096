import { expect, it } from 'vitest'
import { onBothEngines } from '../support/engines.ts'
import type { Pair } from '../support/pair.ts'
import { connection, OTHER_PIXEL, rule, settings, won } from '../support/samples.ts'

const HOUR = 3_600_000

/** Every request with events that TikTok was ever sent: the set and the exact bytes. */
function sent(pair: Pair) {
  return pair.sandbox.state.requests
    .all()
    .filter(({ path }) => path.endsWith('/event/track/'))
    .map(({ body, detail }) => `${detail.eventSourceId} ${body}`)
}

onBothEngines('a conversion', (pairOf) => {
  it('goes to TikTok in one cycle, and not again in the next', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1'), won('D-2')])
    expect(await pair.cycle()).toMatchObject({ read: 2, accepted: 2, requests: 1 })
    expect(await pair.cycle()).toMatchObject({ read: 0, accepted: 0, requests: 0 })
    expect([...pair.counted().values()]).toEqual([1, 1])
  })

  it('is frozen when it starts to wait: every send is the same bytes to the same set', async () => {
    const pair = await pairOf()
    const lost = { kind: 'accept_then_reset', match: { path: '/event/track/' }, times: 3 } as const
    pair.sandbox.state.faults.set([lost])
    await pair.post([won('D-1')])
    await pair.cycle()
    pair.clock.pass(HOUR)
    await pair.post([won('D-1', { id: 'later', amount: '1.00', contact: { email: 'new@example.com' } })])
    await pair.cycle()
    pair.clock.pass(HOUR)
    const eventSets = { web: OTHER_PIXEL, defaultPageUrl: 'https://other.example/' }
    const rules = [rule({ send: { event: 'Lead', value: { fixed: '7', currency: 'EUR' } } })]
    await pair.apply(settings({ connections: [connection({ eventSets })], rules }))
    await pair.cycle()
    pair.clock.pass(HOUR)
    await pair.reopen()
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(sent(pair)).toHaveLength(4)
    expect(new Set(sent(pair)).size).toBe(1)
    expect([...pair.counted().values()]).toEqual([1])
  })
})
