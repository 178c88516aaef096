import { afterEach, expect, it, vi } from 'vitest'
import { type SalesforceSandbox, startSalesforceSandbox } from '../../../fixtures/sandbox/salesforce/index.ts'
import { useRealPair } from '../../support/use-real-pair.ts'
import { HOOK_TOKEN, workspace } from './rig.ts'

const start = useRealPair()
let org: SalesforceSandbox | null = null
afterEach(async () => {
  await org?.close()
  org = null
})

async function world(settings: Record<string, unknown> = {}) {
  const sandbox = await startSalesforceSandbox()
  org = sandbox
  const pair = await start({ settings: workspace(settings) })
  const host = await pair.start({
    env: {
      SALESFORCE_LOGIN_URL: sandbox.url,
      SF_CLIENT_ID: 'sandbox-client',
      SF_CLIENT_SECRET: 'sandbox-secret',
      SF_HOOK_TOKEN: HOOK_TOKEN,
    },
  })
  const { user } = sandbox.state
  const contactId = user.create('Contact', { LastName: 'Hopper', Email: 'grace@navy.example' })
  const id = user.create('Opportunity', {
    Name: 'Navy',
    CloseDate: '2026-12-31',
    Amount: 4200,
    StageName: 'Proposal',
  })
  user.create('OpportunityContactRole', { OpportunityId: id, ContactId: contactId, IsPrimary: true })
  const win = () => user.update('Opportunity', id, { StageName: 'Closed Won' })
  return { sandbox, pair, host, win }
}

it('a real host takes the message of the org, acknowledges it, and sends the Purchase with the next push', async () => {
  const { sandbox, pair, host, win } = await world()
  const { outbound } = sandbox.state
  const target = (token: string) => ({
    url: `${host.url}/hooks/salesforce/sf/${token}`,
    object: 'Opportunity',
    fields: ['Id', 'StageName'],
    when: 'stage' as const,
  })
  sandbox.state.switches.set({ 'outbound.sending': 'on demand' })
  outbound.setTargets([target('another-token-of-thirty-two-characters!')])
  win()
  expect(await outbound.send()).toMatchObject({ delivered: 0, failed: 1 })
  outbound.setTargets([target(HOOK_TOKEN)])
  sandbox.state.clock.advance(60_000)
  win()
  sandbox.state.user.update(
    'Opportunity',
    [...sandbox.state.store.table('Opportunity').all()][0]?.Id as string,
    {
      StageName: 'Proposal',
    },
  )
  win()
  sandbox.state.switches.set({ 'outbound.duplicates': 'every message twice' })
  expect((await outbound.send()).delivered).toBeGreaterThan(0)
  await pair.push(host)
  expect(pair.counted().size).toBe(1)
})

it('a real host finds it by its poll alone', async () => {
  const { pair, host, win, sandbox } = await world()
  win()
  // What is younger than a minute may still have siblings on their way.
  sandbox.state.clock.advance(120_000)
  expect(await pair.ask(host, '/sources/sf/poll', {})).toMatchObject({ state: 'done' })
  await pair.push(host)
  expect(pair.counted().size).toBe(1)
})

it('a real host follows change events, and says goodbye when it ends', { timeout: 60_000 }, async () => {
  const { pair, host, win, sandbox } = await world({ changeDataCapture: true })
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${sandbox.url}/_sandbox/subscribers`)
      expect(await answer.text()).toContain('/data/OpportunityChangeEvent')
    },
    { timeout: 20_000, interval: 50 },
  )
  win()
  await vi.waitFor(
    async () => {
      await pair.push(host)
      expect(pair.counted().size).toBe(1)
    },
    { timeout: 20_000, interval: 200 },
  )
  await host.end('SIGTERM')
  const answer = await fetch(`${sandbox.url}/_sandbox/subscribers`)
  expect(await answer.json()).toEqual({ subscribers: [] })
})
