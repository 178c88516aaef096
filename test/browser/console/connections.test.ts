import type { Page } from 'playwright-core'
import { expect, it, vi } from 'vitest'
import { DEFAULT_SEED } from '../../../fixtures/sandbox/tiktok/seed.ts'
import { eventually } from '../../e2e/http/eventually.ts'
import { item, post } from '../../e2e/http/rig.ts'
import { describeInBrowser } from '../../support/browser.ts'
import { useConsole } from './use-console.ts'

vi.setConfig({ testTimeout: 180_000 })

const THIRD = {
  id: '7000000000000000003',
  name: 'Third advertiser',
  currency: 'GBP',
  timezone: 'Europe/London',
  pixels: [{ pixelId: '7010000000000000003', code: 'C4CCCCCCCCCCCCCCCCCC', name: 'Third pixel' }],
}

describeInBrowser('connecting TikTok', () => {
  const console = useConsole({
    env: { TIKTOK_APP_ID: 'sandbox-app', TIKTOK_APP_SECRET: 'sandbox-secret' },
    seed: { ...DEFAULT_SEED, advertisers: [...DEFAULT_SEED.advertisers, THIRD] },
  })
  const push = async () => (await console.person('owner')).ask('POST /push')
  const connections = async () =>
    (await (await console.person('owner')).ask('GET /connections')).json.connections
  const exchanges = () =>
    console.sandbox.state.requests.all().filter(({ path }) => path.includes('access_token')).length

  /** A deal that was won and now waits to be sent. */
  async function wonDeal(): Promise<string> {
    const deal = item() as { record: { id: string } }
    await post(console.rig.url, deal)
    const owner = await console.person('owner')
    await eventually(async () => {
      const { json } = await owner.ask(`GET /deliveries?search=${deal.record.id}`)
      expect(json.deliveries).toHaveLength(1)
    })
    return deal.record.id
  }

  const stateOf = async (record: string) => {
    const { json } = await (await console.person('owner')).ask(`GET /deliveries?search=${record}`)
    return json.deliveries[0].state
  }

  async function consent(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Go to TikTok' }).click()
    await page.waitForURL(/granted=1/)
  }

  /** A token that was brought within the hour is offered first; this brings one anew. */
  async function another(page: Page): Promise<void> {
    const offered = page.getByRole('button', { name: 'Bring another token' })
    await offered.or(page.getByRole('button', { name: 'Go to TikTok' })).waitFor()
    if (await offered.isVisible()) await offered.click()
  }

  /** Lets TikTok's page answer a consent otherwise than by agreeing at once. */
  const answering = (page: Page, answer: (state: string) => Record<string, string>) =>
    page.route(`${console.sandbox.url}/portal/auth**`, (route) => {
      const { searchParams } = new URL(route.request().url())
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.search = String(new URLSearchParams(answer(searchParams.get('state') ?? '')))
      return route.fulfill({ status: 302, headers: { location: back.href } })
    })

  it('refuses an answer whose state nobody here began, and asks TikTok nothing', async () => {
    const asked = exchanges()
    const page = await console.open('/oauth/tiktok/callback?state=forged&auth_code=code')
    await page.getByRole('alert').getByText('does not belong to anything that was begun').waitFor()
    expect(exchanges()).toBe(asked)
    // The way on is right there, and the code is in the address no more.
    await page.getByRole('button', { name: 'Go to TikTok' }).waitFor()
    expect(page.url()).not.toContain('code')
    expect(page.errors).toEqual([])
  })

  it('refuses the state of somebody else’s browser', async () => {
    const admin = await console.person('admin')
    const { json } = await admin.ask('POST /tiktok/consent', { connection: null })
    const state = new URL(json.url).searchParams.get('state') ?? ''
    const page = await console.open(`/oauth/tiktok/callback?state=${state}&auth_code=code`)
    await page.getByRole('alert').getByText('does not belong to anything that was begun').waitFor()
  })

  it('says that consent was denied, and begins anew from there', async () => {
    const asked = exchanges()
    const page = await console.open('/connections/new')
    await answering(page, (state) => ({ state, error: 'access_denied' }))
    await page.getByRole('button', { name: 'Go to TikTok' }).click()
    await page.getByRole('alert').getByText('consent was denied').waitFor()
    expect(exchanges()).toBe(asked)
    await page.unroute(`${console.sandbox.url}/portal/auth**`)
    await consent(page)
    await page.getByRole('heading', { name: 'Choose an advertiser' }).waitFor()
  })

  it('takes an answer of TikTok once, and a code that was used not again', async () => {
    const page = await console.open('/connections/new?connection=us-brand')
    await another(page)
    const callback = page.waitForRequest(/oauth\/tiktok\/callback/)
    await consent(page)
    const answer = new URL((await callback).url())
    await page.goto(answer.href)
    await page.getByRole('alert').getByText('was used already').waitFor()

    await answering(page, (state) => ({ state, auth_code: answer.searchParams.get('auth_code') ?? '' }))
    await page.getByRole('button', { name: 'Go to TikTok' }).click()
    await page.getByRole('alert').getByText('does not take the code any more').waitFor()
    expect((await connections()).map(({ id }: { id: string }) => id)).toContain('us-brand')
  })

  it('lets one consent choose among several advertisers, one connection each', async () => {
    const page = await console.open('/connections/new', { as: 'admin' })
    await consent(page)
    const row = (name: string) => page.getByRole('row').filter({ hasText: name })
    await row('Sample advertiser').filter({ hasText: 'is us-brand' }).waitFor()
    for (const text of ['7000000000000000002', 'EUR', 'Europe/Berlin', 'enable'])
      await row('Second sample advertiser').getByText(text, { exact: true }).waitFor()

    const choose = async (name: string, pixel: string) => {
      // The only one that is left is chosen already.
      const chosen = row(name).getByRole('button', { name: 'Chosen' })
      const free = row(name).getByRole('button', { name: 'Choose', exact: true })
      await chosen.or(free).waitFor()
      if (await free.isVisible()) await free.click()
      await page.getByLabel('Pixel', { exact: true }).first().click()
      await page.getByRole('option', { name: pixel }).click()
      await page.getByLabel('Page address of deals without one').fill('https://shop.example/')
      await page.getByRole('button', { name: `Connect ${name}` }).click()
      await page.waitForURL(/\/connections$/)
    }
    await choose('Second sample advertiser', 'Second sample pixel')
    await page.getByRole('region', { name: 'second-sample-advertiser' }).getByText('Active').waitFor()

    // The same consent reaches the third one, without another visit to TikTok.
    await page.getByRole('link', { name: 'Connect TikTok' }).click()
    await choose('Third advertiser', 'Third pixel')
    const third = page.getByRole('region', { name: 'third-advertiser' })
    await third.getByText('GBP').waitFor()
    expect(await page.getByRole('region').filter({ hasText: 'Advertiser' }).count()).toBe(3)
    expect(page.errors).toEqual([])
  })

  it('tells a form error at its field, in the words of the API', async () => {
    const page = await console.open('/connections/new', { as: 'admin' })
    await another(page)
    await page.getByLabel('Advertiser id').fill('my brand')
    await page.getByRole('textbox', { name: 'Access token' }).fill('a token')
    await page.getByRole('button', { name: 'Use this token' }).click()
    await page.getByText('use the numeric advertiser id').waitFor()
    await page.getByText('paste the token alone, without spaces').waitFor()
    expect(await page.getByLabel('Advertiser id').getAttribute('aria-invalid')).toBe('true')
  })

  it('reconnects after a revocation, and sends what waited once', async () => {
    const record = await wonDeal()
    console.sandbox.state.tokens.revoke('sandbox-token')
    await push()
    const page = await console.open('/connections')
    const card = page.getByRole('region', { name: 'us-brand' })
    await card.getByText('Token refused').waitFor()
    expect(await stateOf(record)).toBe('waiting')
    expect(console.sandbox.state.events.all()).toHaveLength(0)

    await card.getByRole('link', { name: 'Reconnect' }).click()
    await another(page)
    await consent(page)
    await page.getByRole('button', { name: 'Reconnect' }).click()
    await page.waitForURL(/\/connections$/)
    await card.getByText('Active').waitFor()
    await eventually(async () => {
      await push()
      expect(await stateOf(record)).toBe('accepted')
    })
    expect(console.sandbox.state.events.all()).toHaveLength(1)
    expect(page.errors).toEqual([])
  })

  it('disconnects and keeps what waits until it is reconnected, or purges it', async () => {
    const before = console.sandbox.state.events.all().length
    const page = await console.open('/connections')
    const card = page.getByRole('region', { name: 'us-brand' })
    const disconnect = async () => {
      await page.getByRole('button', { name: 'More for us-brand' }).click()
      await page.getByRole('menuitem', { name: 'Disconnect' }).click()
    }
    const kept = await wonDeal()
    await disconnect()
    await page.getByRole('button', { name: 'Disconnect, keep what waits' }).click()
    await card.getByText('Disconnected').waitFor()
    await page.getByText('Its token is ended at TikTok.').waitFor()
    await push()
    expect(await stateOf(kept)).toBe('waiting')

    await card.getByRole('link', { name: 'Reconnect' }).click()
    await consent(page)
    await page.getByRole('button', { name: 'Reconnect' }).click()
    await card.getByText('Active').waitFor()
    await eventually(async () => {
      await push()
      expect(await stateOf(kept)).toBe('accepted')
    })

    const purged = await wonDeal()
    await disconnect()
    await page.getByRole('radio', { name: /^Purge it/ }).check()
    await page.getByRole('button', { name: 'Disconnect and purge' }).click()
    await card.waitFor({ state: 'detached' })
    expect(await stateOf(purged)).toBe('cancelled')
    expect(console.sandbox.state.events.all()).toHaveLength(before + 1)
    // What was sent is still told, and the rule that sent nowhere else is gone.
    expect(await stateOf(kept)).toBe('accepted')
    expect((await (await console.person('owner')).ask('GET /rules')).json.rules).toEqual([])
    expect(page.errors).toEqual([])
  })
})
