import { describe, expect, it } from 'vitest'
import { cliRig, WORKSPACE } from './rig.ts'

describe('closeback push without a token', () => {
  const rig = cliRig()

  it('says which variable is missing, loses nothing, and sends once it is there', async () => {
    await rig.cli('apply', rig.file('workspace.yaml', WORKSPACE))
    await rig.post([
      {
        id: 'one',
        record: { type: 'deal', id: 'D-1' },
        stage: 'won',
        occurredAt: new Date().toISOString(),
        amount: '10.00',
        currency: 'USD',
        contact: { externalId: 'u-1' },
      },
    ])
    const token = rig.env.TIKTOK_EVENTS_TOKEN as string
    delete rig.env.TIKTOK_EVENTS_TOKEN
    const without = await rig.cli('push')
    expect(without.exit).toBe(1)
    expect(without.out).toContain('TIKTOK_EVENTS_TOKEN')

    rig.env.TIKTOK_EVENTS_TOKEN = token
    expect(await rig.json('push', 'push')).toMatchObject({ accepted: 1, failed: [] })
  })
})

describe('closeback apply without a host', () => {
  const rig = cliRig()

  it('looks at what is held for a currency again when it brings the rate', async () => {
    await rig.cli('apply', rig.file('workspace.yaml', WORKSPACE))
    await rig.post([
      {
        id: 'one',
        record: { type: 'deal', id: 'D-1' },
        stage: 'won',
        occurredAt: new Date().toISOString(),
        amount: '990000.00',
        currency: 'LKR',
        contact: { externalId: 'u-1' },
      },
    ])
    expect(await rig.json('push', 'push')).toMatchObject({ read: 1, accepted: 0 })

    const rates = 'rates: [{ date: 2020-01-01, from: LKR, to: USD, rate: "0.0033" }]\n'
    await rig.cli('apply', rig.file('rates.yaml', WORKSPACE + rates))
    expect(await rig.json('push', 'push')).toMatchObject({ accepted: 1 })
    expect(rig.sandbox.state.events.all().map(({ value }) => Number(value))).toEqual([3267])
  })
})
