import { expect, it } from 'vitest'
import { onBothEngines } from '../support/engines.ts'
import { connection, otherConnection, PIXEL, rule, settings, won } from '../support/samples.ts'

const two = settings({
  connections: [connection(), otherConnection()],
  rules: [
    rule({ id: 'noisy', when: { stage: 'won' } }),
    rule({
      id: 'quiet',
      when: { stage: 'qualified' },
      send: { event: 'Lead', to: ['eu-brand'], value: { fixed: '5.00', currency: 'EUR' } },
    }),
  ],
})

onBothEngines('a connection that fails with nine tenths of the load', (pairOf) => {
  it.each([
    ['answers 502', { kind: 'http', status: 502 }],
    ['limits the rate', { kind: 'envelope', code: 40100 }],
    ['breaks every connection', { kind: 'reset' }],
  ] as const)('%s: the other sends in the cycle in which its own arrive', async (_what, fault) => {
    const pair = await pairOf({ settings: two })
    const HERE = { path: '/event/track/', eventSourceId: PIXEL }
    pair.sandbox.state.faults.set([{ ...fault, match: HERE, times: 'forever' }])
    for (let round = 0; round < 3; round++) {
      await pair.post(Array.from({ length: 90 }, (_, n) => won(`N-${round}-${n}`)))
      await pair.post(Array.from({ length: 10 }, (_, n) => won(`Q-${round}-${n}`, { stage: 'qualified' })))
      expect(await pair.cycle()).toMatchObject({ accepted: 10, rejected: 0 })
      pair.clock.pass(2 * 60_000)
    }
  })
})
