import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../core/model/time.ts'
import { connection, rule, settings, source, won } from '../support/samples.ts'
import { START } from '../support/test-clock.ts'
import { usePair } from '../support/use-pair.ts'

const pairOf = usePair()

/** No date of its own: what happened before a source or a rule was there stays where it is. */
const { startAt: _, ...unlimited } = connection()
const old = (name: string) => won(name, { occurredAt: new Date(START - DAY).toISOString() })
const fresh = (name: string, ago = 0) => won(name, { occurredAt: new Date(START - ago).toISOString() })

describe('settings changed under a CRM full of old won deals', () => {
  it('a new source sends nothing that was won before it', async () => {
    const pair = await pairOf({ settings: settings({ connections: [unlimited] }) })
    await pair.post(Array.from({ length: 50 }, (__, at) => old(`D-${at}`)))
    await pair.post([fresh('D-new')])
    expect(await pair.cycle()).toMatchObject({ read: 51, accepted: 1, requests: 1 })
    expect(await pair.reasons()).toEqual(Array(50).fill('before_start'))
  })

  it('a new rule sends nothing that was won before it, also when the CRM says it again', async () => {
    const pair = await pairOf({ settings: settings({ connections: [unlimited] }) })
    await pair.post([fresh('D-1')])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    pair.clock.pass(HOUR)
    const second = rule({ id: 'also', send: { event: 'CompleteRegistration' } })
    await pair.apply(settings({ connections: [unlimited], rules: [rule(), second] }))
    expect(await pair.cycle()).toMatchObject({ requests: 0 })
    await pair.post([{ ...fresh('D-1'), id: 'evt-again' }, fresh('D-2', -HOUR / 2)])
    // The second deal is a win of the old rule's time, and not of the new one's.
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect((await pair.reasons()).sort()).toEqual(['before_start', 'before_start', 'repeated'])
  })

  it('a renamed source is a new one: its old deals are not sent a second time', async () => {
    const pair = await pairOf({ settings: settings({ connections: [unlimited] }) })
    await pair.post([fresh('D-1'), fresh('D-2')])
    expect(await pair.cycle()).toMatchObject({ accepted: 2 })
    pair.clock.pass(HOUR)
    const renamed = settings({ connections: [unlimited], sources: [source({ id: 'new-crm' })] })
    await pair.apply(renamed, { prune: true })
    await pair.post([fresh('D-1'), fresh('D-2')], 'new-crm')
    expect(await pair.cycle()).toMatchObject({ read: 2, requests: 0 })
    expect(await pair.reasons()).toEqual(['before_start', 'before_start'])
  })

  it('a renamed event is not sent again for deals that were sent under the old name', async () => {
    const before = rule({ send: { event: 'CompletePayment' } })
    const pair = await pairOf({ settings: settings({ rules: [before] }) })
    await pair.post([won('D-1')])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    await pair.apply(settings({ rules: [rule({ send: { event: 'Purchase' } })] }))
    await pair.post([won('D-1', { id: 'evt-again' }), won('D-2')])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await pair.reasons()).toEqual(['repeated'])
    const names = pair.sandbox.state.events.all().map(({ sentAs }) => sentAs)
    expect(names).toEqual(['CompletePayment', 'Purchase'])
  })
})

describe('one contact with two deals that carry the same old browser event', () => {
  it('is two conversions, and the browser’s id stands for one of them at most', async () => {
    const pair = await pairOf()
    const browser = { eventId: 'browser-1', eventName: 'Purchase', contact: { email: 'ada@example.com' } }
    await pair.post([won('D-1', browser), won('D-2', browser)])
    await pair.cycle()
    await pair.post([won('D-3', browser)])
    await pair.cycle()
    const ids = (await pair.deliveries()).map((row) => row.event_id)
    expect(new Set(ids).size).toBe(3)
    expect(ids.filter((id) => id === 'browser-1')).toHaveLength(1)
    expect([...pair.counted().values()]).toEqual([1, 1, 1])
  })
})
