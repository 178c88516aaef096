import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountDay, addDays } from '../../../core/model/account-day.ts'
import type { Reconciliation } from '../../../core/model/reconciliation.ts'
import type { DeliveryView, Story } from '../../../core/model/story.ts'
import { type HubSpotSandbox, startHubSpotSandbox } from '../../../fixtures/sandbox/hubspot/index.ts'
import { EMPTY_SEED } from '../../../fixtures/sandbox/hubspot/seed.ts'
import type { HubSpotUser } from '../../../fixtures/sandbox/hubspot/user.ts'
import { post, readGuide } from '../../support/guide.ts'
import { type RealHost, startHost } from '../../support/real-host.ts'
import { cliRig } from '../cli/rig.ts'

const DAY = 86_400_000
const PUBLIC_URL = 'https://closeback.example.com'
const PROJECT = join(import.meta.dirname, '../../../adapters/hubspot/app/src/app')

/** The page, read by a new user whose account and directory are empty. Each step stands on the ones before it. */
describe('docs/hubspot.md from an empty account', { timeout: 60_000 }, () => {
  const guide = readGuide('hubspot.md')
  const rig = cliRig()
  let hubspot: HubSpotSandbox
  let user: HubSpotUser
  let host: RealHost | null = null

  beforeAll(async () => {
    hubspot = await startHubSpotSandbox({ seed: EMPTY_SEED })
    user = hubspot.user()
    Object.assign(rig.env, { HUBSPOT_API_URL: hubspot.url, HUBSPOT_TOKEN: 'sandbox-token' })
  })
  afterAll(async () => {
    await host?.end('SIGTERM')
    await hubspot.close()
  })

  const counted = () => rig.sandbox.state.events.all()
  const wonDeal = (email: string, properties: Record<string, string> = { amount: '100' }) => {
    const deal = user.createDeal(properties, { contacts: [user.createContact({ email })] })
    user.moveDeal(deal, 'closedwon')
    return deal
  }
  const pollAndPush = async () => {
    expect(await rig.cli('poll', 'hs')).toMatchObject({ exit: 0 })
    expect(await rig.cli('push')).toMatchObject({ exit: 0 })
  }
  const deliveryOf = async (record: string) => {
    const { events } = (await rig.json('events', 'events')) as { events: DeliveryView[] }
    return events.find(({ record: { id } }) => id === record)
  }
  /** Applies the guide's file with a part of it replaced. */
  const applyWith = (from: string, to: string) => {
    const file = guide.block('In five minutes', 'yaml').replace(from, to)
    expect(file).toContain(to)
    rig.file('closeback.yaml', file)
    return rig.cli('apply', 'closeback.yaml')
  }

  it('the settings apply to an empty directory as they stand', async () => {
    rig.file('closeback.yaml', guide.block('In five minutes', 'yaml'))
    const { exit, out } = await rig.cli('apply', 'closeback.yaml')
    expect(exit).toBe(0)
    expect(out.match(/^\+ .*/gm)).toEqual([
      '+ connection us-brand',
      '+ source hs',
      '+ rule won',
      '+ rule lead',
    ])
  })

  it('before anything is installed check finds the missing properties alone, and says what makes them', async () => {
    const { exit, out } = await rig.cli('check', 'hs')
    expect(exit).toBe(1)
    expect(out.match(/FAIL +\w+/g)).toEqual(['FAIL  click'])
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Run "closeback install hs"')
  })

  it('a wrong token, a missing one, and one without a scope are told by name', async () => {
    const token = rig.env.HUBSPOT_TOKEN ?? ''
    delete rig.env.HUBSPOT_TOKEN
    expect((await rig.cli('check', 'hs')).out).toContain('HUBSPOT_TOKEN')
    rig.env.HUBSPOT_TOKEN = 'pat-of-somebody-else'
    const wrong = await rig.cli('check', 'hs')
    expect(wrong.out).toMatch(/FAIL +token/)
    expect(wrong.out).not.toContain('pat-of-somebody-else')
    rig.env.HUBSPOT_TOKEN = token
  })

  it('the dry run names every property and writes none; install makes them; again it changes nothing', async () => {
    const properties = () => [...user.portal.schemas.deals.all(), ...user.portal.schemas.contacts.all()]
    const before = properties().length
    const planned = await rig.cli('install', 'hs', '--dry-run')
    expect(planned).toMatchObject({ exit: 0, out: expect.stringContaining('Nothing was written.') })
    expect(properties()).toHaveLength(before)

    const done = await rig.cli('install', 'hs')
    expect(done.out).toContain('22 created. 3 left to do by hand.')
    const named = ({ out }: { out: string }, state: string) =>
      [...out.matchAll(new RegExp(`^${state} +(\\S+)`, 'gm'))].map(([, name]) => name)
    expect(named(done, 'created')).toEqual(named(planned, 'would create'))
    expect(properties()).toHaveLength(before + 20)
    expect((await rig.cli('install', 'hs')).out).toContain('\n0 created.')
    expect(properties()).toHaveLength(before + 20)
  })

  it('then all is well, also for a rule about forms before there is a form', async () => {
    expect(await rig.cli('check')).toMatchObject({ exit: 0, err: '' })
  })

  it('a label in a rule is answered with the id that was meant', async () => {
    await applyWith('when: { stage: submitted }', 'when: { stage: Closed Won }')
    const { exit, out } = await rig.cli('check', 'hs')
    expect(exit).toBe(1)
    expect(out).toContain('Use "closedwon".')
    rig.file('closeback.yaml', guide.block('In five minutes', 'yaml'))
    await rig.cli('apply', 'closeback.yaml')
  })

  it('preview and backfill of an empty account say that there is nothing', async () => {
    const commands = guide.commands('In five minutes')
    const looks = commands.filter(([name]) => name === 'preview' || name === 'backfill')
    expect(looks).toHaveLength(2)
    for (const command of looks) {
      const { exit, out } = await rig.cli(...command)
      expect(exit).toBe(0)
      expect(out).toMatch(/0 stage changes since|Nothing since/)
    }
  })

  it('a won deal becomes a Purchase at TikTok, and explain says so', async () => {
    const block = guide.block('Without an account', 'sh', 2)
    await post(block, hubspot.url)
    const told = []
    for (const command of guide.commands('Without an account').slice(2)) {
      const ran = await rig.cli(...command)
      expect(ran).toMatchObject({ exit: 0 })
      told.push(ran.out)
    }
    expect(told.at(-1)).toMatch(/^Sent as Purchase, 4,200\.00 USD, to us-brand: accepted/)
    expect(counted()).toMatchObject([{ event: 'Purchase', value: 4200, currency: 'USD' }])
    const [delivery] = ((await rig.json('events', 'events')) as { events: DeliveryView[] }).events
    expect(delivery?.matchKeys).toEqual(['ttclid', 'email'])
  })

  it('further polls, an edit and a second win of the same deal send nothing more', async () => {
    user.update('deals', '21000000001', { amount: '5000' })
    user.moveDeal('21000000001', 'contractsent')
    user.moveDeal('21000000001', 'closedwon')
    await pollAndPush()
    await pollAndPush()
    expect(counted()).toHaveLength(1)
    expect((await rig.cli('explain', 'hs', '21000000001')).out).toMatch(/amount changed since/)
  })

  it('a deal without a contact is held, and sent when one arrives', async () => {
    const deal = user.createDeal({ amount: '10' })
    user.moveDeal(deal, 'closedwon')
    await pollAndPush()
    expect(await deliveryOf(deal)).toMatchObject({ state: 'held', holdReason: 'no_contact' })
    user.associate(deal, user.createContact({ email: 'late@example.com' }))
    await pollAndPush()
    expect(await deliveryOf(deal)).toMatchObject({ state: 'accepted' })
  })

  it('an amount that cannot be sent is named by explain, and goes when it is corrected', async () => {
    const deal = wonDeal('odd@example.com', { amount: '12.345' })
    await pollAndPush()
    expect((await rig.cli('explain', 'hs', deal)).out.replaceAll('\n', ' ')).toContain(
      'correct the amount in HubSpot',
    )
    user.update('deals', deal, { amount: '12.34' })
    await pollAndPush()
    expect(await deliveryOf(deal)).toMatchObject({ state: 'accepted', value: { amount: '12.34' } })
  })

  it('a form with the hidden field becomes a Lead, by the click in the address of its page', async () => {
    const form = user.createForm('Request a demo', ['email'], ['ttclid', 'utm_source'])
    const pageUrl = 'https://shop.example/demo?ttclid=E.C.P.Form&utm_source=tiktok'
    user.submitForm(form, { email: 'lead@example.com' }, { pageUrl })
    await pollAndPush()
    expect(counted().filter(({ event }) => event === 'Lead')).toHaveLength(1)
    const { events } = (await rig.json('events', 'events')) as { events: DeliveryView[] }
    expect(events.find(({ event }) => event === 'Lead')?.matchKeys).toContain('ttclid')
    expect((await rig.cli('check', 'hs')).exit).toBe(0)
  })

  it('what was won before the source was made waits for backfill, which says count and value first', async () => {
    const at = Date.now() - 10 * DAY
    const contact = user.createContact({ email: 'old@example.com' }, { at })
    const deal = user.createDeal({ amount: '300' }, { contacts: [contact], at })
    user.moveDeal(deal, 'closedwon', { at: at + 1000 })
    await pollAndPush()
    expect(await deliveryOf(deal)).toBeUndefined()
    expect((await rig.cli('preview', '--since', '30d', '--source', 'hs')).out).toContain(
      'before the start: 1',
    )
    const [look = []] = guide.commands('In five minutes').filter(([name]) => name === 'backfill')
    expect((await rig.cli(...look)).out).toMatch(/Purchase to us-brand: 1 worth 300\.00 USD/)
    expect(await deliveryOf(deal)).toBeUndefined()
    await rig.cli(...look, '--yes')
    await rig.cli('push')
    expect(await deliveryOf(deal)).toMatchObject({ state: 'accepted' })
  })

  it('the reconciliation lists the deals of HubSpot itself, and they add up', async () => {
    const unseen = wonDeal('unseen@example.com', { amount: '77' })
    const today = accountDay(Date.now(), 'America/New_York')
    const asked = ['reconcile', '--from', addDays(today, -12), '--to', today]
    const { reports } = (await rig.json('reconcile', ...(asked as [string]))) as { reports: Reconciliation[] }
    const purchases = reports.find(({ event }) => event === 'Purchase')
    expect(purchases?.book).toMatchObject({ kind: 'crm' })
    const sum = (purchases?.buckets ?? []).reduce((total, { amount }) => total + amount.count, 0)
    expect(sum).toBe(5)
    expect(purchases?.buckets.find(({ bucket }) => bucket === 'not_seen')?.amount.count).toBe(1)
    await pollAndPush()
    expect(await deliveryOf(unseen)).toMatchObject({ state: 'accepted' })
  })

  describe('with the app of the project folder', () => {
    beforeAll(async () => {
      Object.assign(rig.env, { HUBSPOT_CLIENT_SECRET: 'sandbox-client-secret' })
      const source = guide.block('Webhooks', 'yaml').split('\n')[1] ?? ''
      await applyWith(/^ {2}- \{ id: hs.*$/m.exec(guide.block('In five minutes', 'yaml'))?.[0] ?? '', source)
      const rule = guide.block('Webhooks', 'yaml', 1).split('\n')[1] ?? ''
      rig.file('more.yaml', `version: 1\nrules:\n${rule}\n`)
      expect(await rig.cli('apply', 'more.yaml')).toMatchObject({ exit: 0 })
      const env = { ...rig.env, CLOSEBACK_HOME: join(rig.home, 'data'), CLOSEBACK_PUBLIC_URL: PUBLIC_URL }
      host = await startHost(env)
      const { config } = JSON.parse(readFileSync(join(PROJECT, 'webhooks/closeback-hsmeta.json'), 'utf8'))
      const { webhooks } = hubspot.state
      Object.assign(webhooks.settings, { targetUrl: config.settings.targetUrl, connectTo: host.url })
      const { crmObjects, legacyCrmObjects, hubEvents } = config.subscriptions
      const types: Record<string, string> = { deal: '0-3', contact: '0-1' }
      for (const { objectType, ...each } of [...crmObjects, ...legacyCrmObjects, ...hubEvents])
        webhooks.subscriptions.add({ ...each, objectTypeId: types[objectType] })
    })

    it('check names the address that HubSpot posts to', async () => {
      rig.env.CLOSEBACK_PUBLIC_URL = PUBLIC_URL
      const { ok, sources } = await rig.json('check', 'check', 'hs')
      expect(ok).toBe(true)
      expect(JSON.stringify(sources)).toContain(`${PUBLIC_URL}/hooks/hubspot/hs`)
    })

    it('a won deal is told at once, and is a Purchase with the next push', async () => {
      const deal = wonDeal('hook@example.com')
      expect(await hubspot.state.webhooks.deliver()).toMatchObject({ retrying: 0, givenUp: 0 })
      await expect.poll(async () => (await deliveryOf(deal))?.state, { timeout: 20_000 }).toBe('waiting')
      await rig.cli('push')
      expect(await deliveryOf(deal)).toMatchObject({ state: 'accepted' })
    })

    it('a message with a wrong signature is refused with 401', async () => {
      const answer = await fetch(`${host?.url}/hooks/hubspot/hs`, {
        method: 'POST',
        headers: { 'x-hubspot-signature-v3': 'AAAA', 'x-hubspot-request-timestamp': String(Date.now()) },
        body: '[]',
      })
      expect(answer.status).toBe(401)
    })

    it('a person whom HubSpot forgets is named by check, with what to do', async () => {
      const contact = user.createContact({ email: 'forget.me@example.com' })
      user.privacyDelete(contact)
      await hubspot.state.webhooks.deliver()
      const found = async () => JSON.stringify((await rig.json('check', 'check', 'hs')).sources)
      await expect
        .poll(found, { timeout: 20_000 })
        .toContain(`HubSpot forgot a contact in the last 30 days (${contact}`)
    })

    it('a workflow that sends is one event of its own, and the deal stays in its stage', async () => {
      const deal = wonDeal('flow@example.com')
      await pollAndPush()
      const actionUrl = `${PUBLIC_URL}/hooks/hubspot/hs/action`
      const call = {
        actionUrl,
        connectTo: host?.url ?? '',
        portal: user.portal,
        id: deal,
        callbackId: 'ap-1',
      }
      for (let time = 0; time < 2; time++) {
        const answer = await hubspot.state.actions.call({ ...call, inputFields: {} })
        expect(answer).toMatchObject({ status: 200 })
      }
      const sent = () => counted().filter(({ event }) => event === 'SubmitApplication')
      await expect
        .poll(async () => (await rig.cli('push')) && sent().length, { timeout: 20_000, interval: 200 })
        .toBe(1)
      const { stories } = (await rig.json('explain', 'explain', 'hs', deal)) as { stories: Story[] }
      expect(stories[0]).toMatchObject({ now: { stage: 'closedwon' }, later: [] })
    })
  })
})
