import { afterEach, describe, expect, it } from 'vitest'
import { WON_STAGE } from '../../support/hubspot-world.ts'
import { eventually } from '../http/eventually.ts'
import { type HubSpotRig, startHubSpotRig } from './rig.ts'

const rigs: HubSpotRig[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close()
})

async function aRig(...given: Parameters<typeof startHubSpotRig>): Promise<HubSpotRig> {
  const rig = await startHubSpotRig(...given)
  rigs.push(rig)
  return rig
}

describe('a HubSpot account that is only polled', () => {
  it('makes a won deal a Purchase within one poll, with its revenue and its contact, once', async () => {
    const rig = await aRig()
    const user = rig.hubspot.user()
    const contact = user.createContact({ email: 'ada@example.com', ttclid: 'E.C.P.Ada' })
    const deal = user.createDeal({ amount: '4200', deal_currency_code: 'EUR' }, { contacts: [contact] })
    user.moveDeal(deal, WON_STAGE)
    await rig.poll()
    await eventually(() => expect(rig.tiktok.state.events.all()).toHaveLength(1))
    expect(rig.tiktok.state.events.all()).toMatchObject([{ event: 'Purchase', value: 4200, currency: 'EUR' }])
    user.update('deals', deal, { amount: '5000' })
    await rig.poll()
    await rig.poll()
    await eventually(async () => {
      const open = await rig.host.closeback.ledger.db
        .selectFrom('inbox')
        .select('id')
        .where('state', '=', 'new')
        .execute()
      expect(open).toEqual([])
    })
    expect(rig.tiktok.state.events.all()).toHaveLength(1)
  })

  it('holds a deal without a contact until one arrives', async () => {
    const rig = await aRig()
    const user = rig.hubspot.user()
    const deal = user.createDeal({ amount: '10' })
    user.moveDeal(deal, WON_STAGE)
    await rig.poll()
    const held = () =>
      rig.host.closeback.ledger.db.selectFrom('deliveries').select(['state', 'hold_reason']).execute()
    await eventually(async () =>
      expect(await held()).toMatchObject([{ state: 'held', hold_reason: 'no_contact' }]),
    )
    user.associate(deal, user.createContact({ email: 'late@example.com' }))
    await rig.poll()
    await eventually(() => expect(rig.tiktok.state.events.all()).toHaveLength(1))
  })

  it('makes a submitted form a Lead, by the click id of its page', async () => {
    const rig = await aRig()
    const [form] = rig.hubspot.user().portal.seed.forms
    const pageUrl = 'https://shop.example/demo?ttclid=E.C.P.Form&utm_source=tiktok&session=secret'
    rig.hubspot.user().submitForm(form?.id ?? '', { email: 'lead@example.com' }, { pageUrl })
    await rig.poll()
    await eventually(() => expect(rig.tiktok.state.events.all()).toHaveLength(1))
    expect(rig.tiktok.state.events.all()).toMatchObject([{ event: 'Lead' }])
    const [sent] = await rig.host.closeback.ledger.db.selectFrom('deliveries').select('payload').execute()
    expect(sent?.payload).toContain('E.C.P.Form')
    expect(sent?.payload).not.toMatch(/session|lead@example/)
  })
})
