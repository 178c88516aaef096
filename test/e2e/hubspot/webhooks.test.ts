import { afterEach, describe, expect, it } from 'vitest'
import { DEFAULT_SEED, type SeedInput } from '../../../fixtures/sandbox/hubspot/seed.ts'
import { hubSpotSettings, subscribe, WON_STAGE } from '../../support/hubspot-world.ts'
import { eventually } from '../http/eventually.ts'
import { type HubSpotRig, startHubSpotRig } from './rig.ts'

const rigs: HubSpotRig[] = []
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close()
})

async function aRig(...given: Parameters<typeof startHubSpotRig>): Promise<HubSpotRig> {
  const rig = await startHubSpotRig(...given)
  rigs.push(rig)
  subscribe(rig.hubspot, `${rig.host.url}/hooks/hubspot/hs`)
  return rig
}

function wonDeal(rig: HubSpotRig, portal?: number): string {
  const user = rig.hubspot.user(portal)
  const contact = user.createContact({ email: `ada@${portal ?? 'shop'}.example` })
  const deal = user.createDeal({ amount: '4200' }, { contacts: [contact] })
  user.moveDeal(deal, WON_STAGE)
  return deal
}

describe('a HubSpot account whose app posts webhooks', () => {
  it('makes a won deal a Purchase within one cycle, however often it is told', async () => {
    const rig = await aRig()
    wonDeal(rig)
    rig.hubspot.state.webhooks.setMischief({ shuffle: true, duplicate: 1 })
    expect(await rig.hubspot.state.webhooks.deliver()).toMatchObject({ retrying: 0, givenUp: 0 })
    await eventually(() => expect(rig.tiktok.state.events.all()).toHaveLength(1))
    expect(rig.tiktok.state.events.all()).toMatchObject([{ event: 'Purchase', value: 4200, currency: 'USD' }])
  })

  it('takes a workflow that sends: its stage is what the action says', async () => {
    const [won] = hubSpotSettings().rules ?? []
    const rules = won ? [{ ...won, id: 'handed', when: { stage: 'handed over' } }] : []
    const rig = await aRig({ workspace: hubSpotSettings({ rules }) })
    const { portal } = rig.hubspot.user()
    const id = wonDeal(rig)
    const actionUrl = `${rig.host.url}/hooks/hubspot/hs/action`
    const call = { actionUrl, portal, id, inputFields: { stage: 'handed over' }, callbackId: 'ap-1' }
    for (let time = 0; time < 2; time++) {
      const answer = await rig.hubspot.state.actions.call(call)
      expect(answer).toMatchObject({ status: 200 })
    }
    await eventually(() => expect(rig.tiktok.state.events.all()).toHaveLength(1))
  })

  it('tells accounts apart that share one app, and answers for an account nobody named', async () => {
    const [first] = DEFAULT_SEED.portals
    const seed: SeedInput = {
      ...DEFAULT_SEED,
      portals: [first, { ...first, id: 62516 }, { ...first, id: 62517 }] as SeedInput['portals'],
      tokens: [...(DEFAULT_SEED.tokens ?? []), { token: 'other-token', portal: 62516 }],
    }
    const [hs] = hubSpotSettings().sources ?? []
    const sources = hs
      ? [
          { ...hs, settings: { portalId: 62515 } },
          {
            ...hs,
            id: 'other',
            secrets: { ...hs.secrets, accessToken: { env: 'OTHER_TOKEN' } },
            settings: { portalId: 62516 },
          },
        ]
      : []
    const rig = await aRig({
      seed,
      workspace: hubSpotSettings({ sources }),
      env: { OTHER_TOKEN: 'other-token' },
    })
    for (const portal of [62515, 62516, 62517]) wonDeal(rig, portal)
    expect(await rig.hubspot.state.webhooks.deliver()).toMatchObject({ retrying: 0, givenUp: 0 })
    await eventually(() => expect(rig.tiktok.state.events.all()).toHaveLength(2))
    expect(rig.logged.join('\n')).toContain('hubspot_unknown_portal')
  })
})
