import { expect, it, vi } from 'vitest'
import { endSessionsOf } from '../../../core/ledger/sessions.ts'
import { item, post } from '../../e2e/http/rig.ts'
import { describeInBrowser } from '../../support/browser.ts'
import { signIn, useConsole } from './use-console.ts'

vi.setConfig({ testTimeout: 180_000 })

describeInBrowser('who comes to the console', () => {
  const console = useConsole()

  it('and whose session ran out meanwhile is back at the same place after signing in', async () => {
    await post(console.rig.url, item({ record: { type: 'deal', id: 'D-77' } }))
    const page = await console.open('/deliveries?source=shop-crm&search=D-77', { as: 'viewer' })
    await page.getByRole('link', { name: 'D-77' }).waitFor()
    const viewer = await console.person('viewer')
    const { person } = (await viewer.ask('GET /session')).json
    await endSessionsOf(console.rig.closeback.ledger.db, person.id, null)

    await page.getByRole('textbox', { name: 'TikTok’s code' }).fill('0')
    await page.getByRole('textbox', { name: 'TikTok’s code' }).blur()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signIn(page, 'viewer')
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor()
    expect(new URL(page.url()).search).toBe('?source=shop-crm&search=D-77&code=0')
    await page.getByText('Nothing like that').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('link', { name: 'D-77' }).waitFor()
    expect(page.errors).toEqual([])
  })

  it('with an address of nothing is told so, and where to go', async () => {
    const page = await console.open('/deals/shop-crm/deal:nobody')
    for (const [path, title, way] of [
      [null, 'Nothing was ever heard of deal:nobody', 'To the deliveries'],
      ['/deals/nowhere/D-1', 'Nothing was ever heard of D-1', 'To the deliveries'],
      ['/sources/nowhere', 'There is no source “nowhere”', 'To the sources'],
      ['/no/such/page', 'There is nothing at this address', 'Go to the overview'],
    ] as const) {
      if (path) await page.goto(console.rig.url + path)
      await page.getByText(title).waitFor()
      await page.getByRole('link', { name: way }).waitFor()
    }
    expect(page.errors).toEqual([])
  })

  it('makes a key that is shown once, and revokes it in the same place', async () => {
    const page = await console.open('/settings?tab=keys')
    await page.getByRole('button', { name: 'Make it' }).click()
    const key = (await page.getByText(/^cb_/).textContent()) ?? ''
    const { status } = await asKey(key)
    expect(status).toBe(200)

    const row = page.getByRole('table', { name: 'API keys' }).getByRole('row', { name: /viewer/ })
    expect(await row.count()).toBe(1)
    await row.getByRole('button', { name: 'Revoke' }).click()
    await row.waitFor({ state: 'detached' })
    const refused = await asKey(key)
    expect(refused.status).toBe(401)
    expect(((await refused.json()) as { remedy: string }).remedy).not.toBe('')
    await page.reload()
    await page.getByRole('button', { name: 'Make it' }).waitFor()
    expect(await page.getByText(/^cb_/).count(), 'it is not shown again').toBe(0)
    expect(page.errors).toEqual([])

    function asKey(bearer: string) {
      return fetch(`${console.rig.url}/api/v1/status`, { headers: { authorization: `Bearer ${bearer}` } })
    }
  })
})
