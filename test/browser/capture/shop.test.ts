import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { type Shop, startShop } from '../../../server/demo/shop.ts'
import { demoWorkspace } from '../../../server/demo/workspace.ts'
import { type Rig, startRig } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'

describeInBrowser('the demo shop', () => {
  const browser = useBrowser()
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  let sandbox: TikTokSandbox
  let host: Rig
  let shop: Shop
  beforeAll(async () => {
    sandbox = await startTikTokSandbox()
    host = await startRig({ env: { TIKTOK_API_URL: sandbox.url, SHOP_CRM_SECRET: secret } })
    await host.closeback.apply(demoWorkspace('2020-01-01T00:00:00Z'), 'test', {
      actor: 'test',
      prune: true,
      dryRun: false,
    })
    const { closeback, url } = host
    shop = await startShop({ closeback, url, secret, sandboxUrl: sandbox.url, now: Date.now })
  })
  afterAll(async () => {
    await shop?.close()
    await host?.end()
    await sandbox?.close()
  })

  it('takes a click to a Purchase that TikTok counts once, from pixel and server together', async () => {
    const visit = await browser.page()
    await visit.goto(shop.url)
    await visit.click('#ad')
    await visit.click('.button')
    await visit.click('.button')
    const clicked = new URL((await visit.evaluate('document.referrer')) as string)
    await expect.poll(() => visit.inputValue('[name=ttclid]')).toMatch(/^E\.C\.P\.demo\d+$/)
    const ttclid = await visit.inputValue('[name=ttclid]')
    await visit.click('form button')
    await visit.waitForURL('**/thanks?order=*')
    await visit.getByText('merged').waitFor()
    expect(clicked.pathname).toBe('/kettle')

    const events = sandbox.state.events.all()
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ event: 'Purchase', value: 249, currency: 'USD', merged: 1 })
    expect(await visit.textContent('#steps')).toContain(ttclid)
    expect(await visit.textContent('#steps')).toContain('ttclid')
    expect(visit.errors).toEqual([])
  })
})
