import { describe, expect, it } from 'vitest'
import { useRig } from './rig.ts'

const MINUTE = 60_000
const start = useRig()

describe('a deal that is won in Salesforce', () => {
  it('is a Purchase at TikTok within one cycle after the outbound message', async () => {
    const { org, pair, pass, deal, message } = await start()
    const id = deal({ ttclid__c: 'E.C.P.click', Amount: 4200.5 })
    pass(10 * MINUTE)
    org.state.user.update('Opportunity', id, { StageName: 'Closed Won' })
    expect(await message([id])).toMatchObject({ received: 1, invalid: 0 })
    await pair.cycle()
    const [event] = pair.sandbox.state.events.all()
    expect(pair.sandbox.state.events.all()).toHaveLength(1)
    expect(event?.event).toBe('Purchase')
    const [delivery] = await pair.deliveries()
    expect(delivery).toMatchObject({ state: 'accepted', value_minor: 420_050 })
  })

  it('is a Purchase within one poll where no message comes', async () => {
    const { org, pair, pass, deal, poll } = await start()
    const id = deal()
    await poll()
    pass(10 * MINUTE)
    org.state.user.update('Opportunity', id, { StageName: 'Closed Won', Amount: 100 })
    pass(2 * MINUTE)
    expect((await poll()).state).toBe('done')
    await pair.cycle()
    expect(pair.sandbox.state.events.all()).toHaveLength(1)
  })

  it('is sent once, however often it is told, reopened, won again or edited', async () => {
    const { org, pair, pass, deal, poll, message } = await start()
    const id = deal()
    const { user } = org.state
    user.update('Opportunity', id, { StageName: 'Closed Won' })
    pass(MINUTE)
    await message([id], ['04l000000000777'])
    await message([id], ['04l000000000777'])
    await pair.cycle()
    user.update('Opportunity', id, { Amount: 9999 })
    pass(MINUTE)
    user.update('Opportunity', id, { StageName: 'Negotiation' })
    pass(MINUTE)
    user.update('Opportunity', id, { StageName: 'Closed Won' })
    pass(5 * MINUTE)
    await poll()
    await message([id])
    await pair.cycle()
    expect(pair.sandbox.state.events.all()).toHaveLength(1)
    expect((await pair.deliveries()).map(({ state, value_minor }) => [state, value_minor])).toEqual([
      ['accepted', 420_000],
    ])
  })

  it('waits for its contact, and is sent when it gets one', async () => {
    const { org, pair, pass, poll } = await start()
    const { user } = org.state
    const id = user.create('Opportunity', {
      Name: 'Alone',
      CloseDate: '2026-12-31',
      StageName: 'Closed Won',
      Amount: 1,
    })
    pass(2 * MINUTE)
    await poll()
    await pair.cycle()
    expect((await pair.deliveries()).map(({ state }) => state)).toEqual(['held'])
    const contactId = user.create('Contact', { LastName: 'Late', Email: 'late@example.com' })
    user.create('OpportunityContactRole', { OpportunityId: id, ContactId: contactId, IsPrimary: true })
    pass(2 * MINUTE)
    await poll()
    await pair.cycle()
    expect((await pair.deliveries()).map(({ state }) => state)).toEqual(['accepted'])
  })

  it('takes the click from the lead that became it where the conversion lost it', async () => {
    const { org, pair, pass, poll } = await start()
    const { user } = org.state
    org.state.leadMapping = []
    const leadId = user.create('Lead', {
      LastName: 'Hopper',
      Company: 'Navy',
      Email: 'grace@navy.example',
      ttclid__c: 'E.C.P.lead',
    })
    pass(MINUTE)
    const { opportunityId } = user.convert({ leadId, opportunityName: 'Navy', amount: 10 })
    user.update('Opportunity', opportunityId ?? '', { StageName: 'Closed Won' })
    pass(2 * MINUTE)
    await poll()
    await pair.cycle()
    expect(JSON.stringify(await pair.deliveries())).toContain('E.C.P.lead')
  })

  it('is not sent when it was deleted before', async () => {
    const { org, pair, pass, deal, poll } = await start()
    const id = deal({ StageName: 'Closed Won' })
    org.state.user.remove('Opportunity', id)
    pass(2 * MINUTE)
    await poll()
    await pair.cycle()
    expect(await pair.deliveries()).toEqual([])
    org.state.user.undelete('Opportunity', id)
    pass(2 * MINUTE)
    await poll()
    await pair.cycle()
    expect((await pair.deliveries()).map(({ state }) => state)).toEqual(['accepted'])
  })
})
