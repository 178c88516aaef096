import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountDay, addDays } from '../../../core/model/account-day.ts'
import type { Reconciliation } from '../../../core/model/reconciliation.ts'
import type { DeliveryView } from '../../../core/model/story.ts'
import { type SalesforceSandbox, startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { EMPTY_SEED } from '../../../fixtures/sandbox/salesforce/seed.ts'
import { post, readGuide } from '../../support/guide.ts'
import { type RealHost, startHost } from '../../support/real-host.ts'
import { cliRig } from '../cli/rig.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const HOOK_TOKEN = 'a-token-of-at-least-thirty-two-characters'
const SETTINGS = /^ {4}settings: .*$/m

/** The page, read by a new user whose org and directory are empty. Each step stands on the ones before it. */
describe('docs/salesforce.md from an empty org', { timeout: 60_000 }, () => {
  const guide = readGuide('salesforce.md')
  const rig = cliRig()
  let sandbox: SalesforceSandbox
  let host: RealHost

  beforeAll(async () => {
    sandbox = await startSalesforceSandbox({ seed: EMPTY_SEED })
    Object.assign(rig.env, { SALESFORCE_LOGIN_URL: sandbox.url })
  })
  afterAll(async () => {
    await host?.end('SIGTERM')
    await sandbox.close()
  })

  const file = (settings: string) =>
    rig.file('closeback.yaml', guide.block('3. The source', 'yaml').replace(SETTINGS, settings))
  const apply = (settings = '') => rig.cli('apply', file(settings))
  const counted = (event = 'Purchase') =>
    rig.sandbox.state.events.all().filter((each) => each.event === event)
  /** An opportunity with a contact of its own. */
  const deal = (values: Record<string, string | number>) => {
    const { user } = sandbox.state
    const name = String(values.Name)
    const contactId = user.create('Contact', { LastName: name, Email: `${name.toLowerCase()}@example.com` })
    const id = user.create('Opportunity', { CloseDate: '2026-12-31', StageName: 'Prospecting', ...values })
    user.create('OpportunityContactRole', { OpportunityId: id, ContactId: contactId, IsPrimary: true })
    return id
  }
  const win = (id: string) => sandbox.state.user.update('Opportunity', id, { StageName: 'Closed Won' })
  const deliveries = async () => ((await rig.json('events', 'events')) as { events: DeliveryView[] }).events
  const deliveryOf = async (record: string) =>
    (await deliveries()).find(({ record: { id } }) => id === record)
  const accepted = async (record: string) => {
    await expect.poll(async () => (await deliveryOf(record))?.state, { timeout: 20_000 }).toBe('waiting')
    await rig.cli('push')
    expect(await deliveryOf(record)).toMatchObject({ state: 'accepted' })
  }
  /** What is younger than a minute comes with the next poll. */
  const poll = async () => {
    sandbox.state.clock.advance(90_000)
    expect(await rig.cli('poll', 'sf')).toMatchObject({ exit: 0 })
  }

  it('the settings apply to an empty directory as they stand, and a missing secret is told by name', async () => {
    rig.file('closeback.yaml', guide.block('3. The source', 'yaml'))
    const { exit, out } = await rig.cli('apply', 'closeback.yaml')
    expect(exit).toBe(0)
    expect(out.match(/^\+ .*/gm)).toHaveLength(4)
    expect(await rig.cli('check', 'sf')).toMatchObject({
      exit: 1,
      out: expect.stringContaining('SF_CLIENT_ID'),
    })
  })

  it('wrong credentials and a wrong address are told with what to look at', async () => {
    Object.assign(rig.env, {
      SF_CLIENT_ID: 'sandbox-client',
      SF_CLIENT_SECRET: 'not-the-secret',
      SF_HOOK_TOKEN: HOOK_TOKEN,
    })
    await apply()
    const wrong = await rig.cli('check', 'sf')
    expect(wrong.exit).toBe(1)
    expect(wrong.out.replaceAll(/\s+/g, ' ')).toContain('login URL (your My Domain)')
    expect(wrong.out).not.toContain('not-the-secret')
    rig.env.SF_CLIENT_SECRET = 'sandbox-secret'
  })

  it('check finds the missing fields alone, and says what makes them', async () => {
    const { exit, out } = await rig.cli('check', 'sf')
    expect(exit).toBe(1)
    expect(out.match(/FAIL +\S+/g)).toEqual(['FAIL  fields'])
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Run closeback install sf')
  })

  it('a host that runs already sees the fields that another process installs', async () => {
    host = await startHost({ ...rig.env, CLOSEBACK_HOME: join(rig.home, 'data') })
    rig.env.CLOSEBACK_PUBLIC_URL = host.url
    // The host reads the org, as it is before the installation.
    const before = deal({ Name: 'Early', Amount: 1 })
    await poll()
    expect((await rig.json('explain', 'explain', 'sf', before)).stories).toHaveLength(1)

    const planned = await rig.cli('install', 'sf', '--dry-run')
    expect(planned).toMatchObject({ exit: 0, out: expect.stringContaining('Nothing was written.') })
    expect(sandbox.state.org.customFields()).toEqual([])
    const done = await rig.cli('install', 'sf')
    expect(done).toMatchObject({ exit: 0, out: expect.stringContaining('38 created. 1 left to do by hand.') })
    expect(sandbox.state.org.customFields()).toHaveLength(33)
    expect((await rig.cli('install', 'sf')).out).toContain('\n0 created.')
    expect((await rig.cli('check', 'sf')).out).toContain('0 failed.')
  })

  it('preview and backfill of an org where nothing was won say that there is nothing', async () => {
    const looks = guide
      .commands('6. See it work')
      .filter(([name]) => name === 'preview' || name === 'backfill')
    expect(looks).toHaveLength(2)
    for (const command of looks) expect(await rig.cli(...command)).toMatchObject({ exit: 0 })
    expect(await deliveries()).toEqual([])
  })

  it('a won deal is told by the message of the installed flow, and is a Purchase at TikTok', async () => {
    const first = [...sandbox.state.store.table('Opportunity').all()].length + 1
    const made = guide
      .block('Without an org', 'sh', 2)
      .replaceAll('006000000000001AAA', `00600000000000${first}AAA`)
      .replaceAll('003000000000001AAA', `00300000000000${first}AAA`)
    await post(made, sandbox.url)
    const id = `00600000000000${first}AAA`
    await accepted(id)
    expect(counted()).toMatchObject([{ event: 'Purchase', value: 4200, currency: 'USD' }])
    expect((await deliveryOf(id))?.matchKeys).toEqual(['ttclid', 'email'])
    const told = await rig.cli('explain', 'sf', id.slice(0, 15))
    expect(told.out).toMatch(/^Sent as Purchase, 4,200\.00 USD, to us-brand: accepted/)
  })

  it('without a message the poll finds it, and nothing is sent twice', async () => {
    sandbox.state.switches.set({ 'outbound.sending': 'on demand' })
    const id = deal({ Name: 'Quiet', Amount: 100 })
    win(id)
    await poll()
    await accepted(id)
    sandbox.state.user.update('Opportunity', id, { StageName: 'Prospecting', Amount: 90 })
    sandbox.state.clock.advance(MINUTE)
    win(id)
    sandbox.state.switches.set({ 'outbound.sending': 'automatic' })
    await poll()
    await rig.cli('push')
    expect(counted()).toHaveLength(2)
  })

  it('a message to another address than that of this source is refused', async () => {
    const answer = await fetch(`${host.url}/hooks/salesforce/sf/another-token-of-thirty-two-characters`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml' },
      body: '<x/>',
    })
    expect(answer.status).toBe(401)
  })

  it('a lead of a web form with the hidden fields becomes a Lead when somebody works on it', async () => {
    const fieldId = (name: string) =>
      sandbox.state.org.customFields().find(({ object, field }) => object === 'Lead' && field.name === name)
        ?.id
    const form = new URLSearchParams({
      oid: '00D000000000001EAA',
      last_name: 'Visitor',
      company: 'Shop',
      email: 'visitor@example.com',
      [String(fieldId('ttclid__c')).slice(0, 15)]: 'E.C.P.Form',
    })
    await fetch(`${sandbox.url}/servlet/servlet.WebToLead?encoding=UTF-8`, { method: 'POST', body: form })
    const leads = () => [...sandbox.state.store.table('Lead').all()]
    await expect.poll(() => leads().length).toBe(1)
    const id = String(leads()[0]?.Id)
    sandbox.state.clock.advance(MINUTE)
    sandbox.state.user.update('Lead', id, { Status: 'Working - Contacted' })
    await poll()
    await accepted(id)
    expect(counted('Lead')).toHaveLength(1)
    expect((await deliveryOf(id))?.matchKeys).toContain('ttclid')
  })

  it('what was won before the source was made waits for backfill, which says count and value first', async () => {
    const { user, clock } = sandbox.state
    const now = clock.now()
    sandbox.state.switches.set({ 'outbound.sending': 'on demand' })
    clock.set(now - 10 * DAY)
    const id = deal({ Name: 'Old', Amount: 300 })
    clock.advance(MINUTE)
    user.update('Opportunity', id, { StageName: 'Closed Won' })
    clock.set(now)
    const [look = []] = guide.commands('6. See it work').filter(([name]) => name === 'backfill')
    expect((await rig.cli(...look)).out).toMatch(/Purchase to us-brand: 1 worth 300\.00 USD/)
    expect(await deliveryOf(id)).toBeUndefined()
    await rig.cli(...look, '--yes')
    await rig.cli('push')
    expect(await deliveryOf(id)).toMatchObject({ state: 'accepted' })
  })

  it('the reconciliation lists the deals of the org itself, and they add up', async () => {
    const id = deal({ Name: 'Unseen', Amount: 77 })
    win(id)
    const today = accountDay(Date.now(), 'America/New_York')
    const { reports } = (await rig.json(
      'reconcile',
      'reconcile',
      '--from',
      addDays(today, -12),
      '--to',
      today,
    )) as {
      reports: Reconciliation[]
    }
    const purchases = reports.find(({ event }) => event === 'Purchase')
    expect(purchases?.book).toMatchObject({ kind: 'crm' })
    expect((purchases?.buckets ?? []).reduce((total, { amount }) => total + amount.count, 0)).toBe(4)
    expect(purchases?.buckets.find(({ bucket }) => bucket === 'not_seen')?.amount.count).toBe(1)
  })

  it('change events: check says what is not selected, and then a won deal is told by them', async () => {
    await apply('    settings: { changeDataCapture: true }')
    const { exit, out } = await rig.cli('check', 'sf')
    expect(exit).toBe(1)
    expect(out).toMatch(/FAIL +change events +Not selected: Opportunity and Lead/)
    sandbox.state.events.select(['Opportunity', 'Lead'])
    expect((await rig.cli('check', 'sf')).out).toMatch(/ok +change events/)
    // A new host subscribes at once; one that was refused tries again after a while.
    await host.end('SIGTERM')
    host = await startHost({ ...rig.env, CLOSEBACK_HOME: join(rig.home, 'data') })
    const subscribers = async () => (await fetch(`${sandbox.url}/_sandbox/subscribers`)).text()
    await expect.poll(subscribers, { timeout: 20_000 }).toContain('/data/OpportunityChangeEvent')
    const id = deal({ Name: 'Streamed', Amount: 5 })
    win(id)
    await accepted(id)
  })
})
