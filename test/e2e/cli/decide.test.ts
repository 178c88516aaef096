import { beforeAll, describe, expect, it } from 'vitest'
import type { DeliveryView } from '../../../core/model/story.ts'
import { cliRig, item, WORKSPACE } from './rig.ts'

describe('deciding by command', () => {
  const rig = cliRig()
  const deliveryOf = async (recordId: string): Promise<DeliveryView> => {
    const { events } = (await rig.json('events', 'events')) as { events: DeliveryView[] }
    return events.find(({ record }) => record.id === recordId) as DeliveryView
  }

  beforeAll(async () => {
    rig.file('ws.yaml', WORKSPACE)
    await rig.cli('apply', 'ws.yaml')
  })

  it('sends nothing while paused, and all of it after resume', async () => {
    expect((await rig.cli('pause', 'us-brand')).out).toMatch(/^Paused: nothing is sent to us-brand/)
    await rig.post([item('P-1', 'won')])
    expect((await rig.cli('push', '--now')).out).toContain('Nothing was due.')
    expect((await deliveryOf('P-1')).state).toBe('waiting')
    expect((await rig.cli('check', 'us-brand')).out).toMatch(/warn {2}state +Paused since/)
    await rig.cli('resume', 'us-brand')
    await rig.cli('push')
    expect((await deliveryOf('P-1')).state).toBe('accepted')
  })

  it('does not pretend to resume one connection while all of sending is paused: exit 1', async () => {
    await rig.cli('pause')
    const ran = await rig.cli('resume', 'us-brand')
    expect(ran).toMatchObject({ exit: 1 })
    expect(ran.out).toMatch(/^Nothing is sent to us-brand yet, because all of sending is paused/)
    expect(await rig.cli('resume')).toMatchObject({ exit: 0 })
    await rig.post([item('P-2', 'won')])
    await rig.cli('push')
    expect((await deliveryOf('P-2')).state).toBe('accepted')
  })

  it('sends a held delivery without its amount when a person says so', async () => {
    await rig.post([item('H-1', 'won', { amount: null, currency: null })])
    await rig.cli('push')
    const { id } = await deliveryOf('H-1')
    const ran = await rig.cli('requeue', String(id))
    expect(ran).toMatchObject({ exit: 0, out: `${id}: Was held, is waiting now.\n` })
    await rig.cli('push')
    expect(await deliveryOf('H-1')).toMatchObject({ state: 'accepted', value: null })
    const story = await rig.cli('explain', 'shop-crm', 'H-1')
    expect(story.out).toMatch(/decision\s+requeue of delivery \d+ by cli: held to waiting/)
  })

  it('drops a held delivery, and says of a second try that there is nothing left: exit 1', async () => {
    await rig.post([item('H-2', 'won', { amount: null, currency: null })])
    await rig.cli('push')
    const id = String((await deliveryOf('H-2')).id)
    expect(await rig.cli('resolve', id, '--drop')).toMatchObject({ exit: 0 })
    expect((await deliveryOf('H-2')).state).toBe('cancelled')
    const again = await rig.cli('resolve', id, '--drop')
    expect(again).toMatchObject({
      exit: 1,
      out: `${id}: It is cancelled already; there is nothing left to drop.\n`,
    })
    expect((await rig.cli('explain', 'shop-crm', 'H-2')).out).toMatch(
      /^Not sent: a person dropped Purchase to us-brand\./,
    )
  })

  it('asks for --may-double before a copy of an uncertain delivery leaves', async () => {
    await rig.cli('pause')
    await rig.post([item('U-1', 'won'), item('U-2', 'won')])
    await rig.cli('push')
    await rig.cli('resume')
    await rig.control('faults', 'PUT', [
      { kind: 'envelope', code: 20001, message: 'Partial success', times: 'forever' },
    ])
    await rig.cli('push')
    await rig.control('faults', 'PUT', [])
    const [one, two] = [await deliveryOf('U-1'), await deliveryOf('U-2')]
    expect([one.state, two.state]).toEqual(['uncertain', 'uncertain'])
    const told = await rig.cli('explain', 'shop-crm', 'U-1')
    expect(told.out).toMatch(/^Uncertain: Purchase, 4,200\.00 USD, to us-brand may or may not have arrived/)
    expect((await rig.cli('check', 'us-brand')).out).toMatch(
      /warn {2}uncertain +2 may or may not have arrived/,
    )

    const refused = await rig.cli('requeue', String(one.id))
    expect(refused).toMatchObject({ exit: 1 })
    expect(refused.out).toContain('--may-double')
    expect(await rig.cli('requeue', String(one.id), '--may-double')).toMatchObject({ exit: 0 })
    await rig.cli('push')
    expect((await deliveryOf('U-1')).state).toBe('accepted')

    expect(await rig.cli('resolve', String(two.id), '--accepted')).toMatchObject({ exit: 0 })
    expect((await deliveryOf('U-2')).state).toBe('accepted')
    expect((await rig.cli('explain', 'shop-crm', 'U-2')).out).toContain('a person found it at TikTok')
  })

  it('changes nothing of a list in which one id is unknown', async () => {
    await rig.post([item('H-3', 'won', { amount: null, currency: null })])
    await rig.cli('push')
    const { id } = await deliveryOf('H-3')
    const ran = await rig.cli('resolve', String(id), '987654', '--drop')
    expect(ran).toMatchObject({ exit: 1, out: '' })
    expect(ran.err).toContain('There is no delivery 987654; nothing was changed.')
    expect((await deliveryOf('H-3')).state).toBe('held')
  })

  it('pages through the list', async () => {
    const { events: all } = (await rig.json('events', 'events')) as { events: DeliveryView[] }
    const seen: number[] = []
    for (let before: number | null = null; ; ) {
      const page = ['--limit', '2', ...(before === null ? [] : ['--before', String(before)])]
      const answer = (await rig.json('events', 'events', ...page)) as {
        events: DeliveryView[]
        before: number | null
      }
      seen.push(...answer.events.map(({ id }) => id))
      before = answer.before
      if (before === null) break
    }
    expect(seen).toEqual(all.map(({ id }) => id))
    expect(seen).toEqual(seen.toSorted((a, b) => b - a))
  })
})
