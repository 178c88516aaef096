import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Reconciliation } from '../../../core/model/reconciliation.ts'
import { DAY } from '../../../core/model/time.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { truthOf } from '../../../fixtures/sandbox/tiktok/truth.ts'
import { STORY_DAYS } from '../../../fixtures/scenarios/weeks.ts'
import { captureScript } from '../../../server/capture/script.ts'
import { AD, advertise, reconcileStory } from '../../../server/demo/reconciliation.ts'
import { type Shop, startShop } from '../../../server/demo/shop.ts'
import { demoWorkspace } from '../../../server/demo/workspace.ts'
import { type Rig, startRig } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'

const AD_ACCOUNT = '7000000000000000001'

describeInBrowser('the demo shop', () => {
  const browser = useBrowser()
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  let sandbox: TikTokSandbox
  let host: Rig
  let shop: Shop
  let report: Reconciliation
  beforeAll(async () => {
    // Built once, and not while a visitor clicks on.
    await captureScript()
    sandbox = await startTikTokSandbox()
    host = await startRig({ env: { TIKTOK_API_URL: sandbox.url, SHOP_CRM_SECRET: secret } })
    const start = Date.now() - STORY_DAYS * DAY
    advertise(sandbox, start)
    await host.closeback.apply(demoWorkspace('2020-01-01T00:00:00Z'), 'test', {
      actor: 'test',
      prune: true,
      dryRun: false,
    })
    const { closeback, url } = host
    const reconcile = async () => {
      report = await reconcileStory(closeback, start)
      return report
    }
    shop = await startShop({ closeback, url, secret, sandboxUrl: sandbox.url, now: Date.now, reconcile })
  })
  afterAll(async () => {
    await shop?.close()
    await host?.end()
    await sandbox?.close()
  })

  it('takes a click to a Purchase that TikTok counts once, and the reconciliation with it', async () => {
    const visit = await browser.page()
    await visit.goto(shop.url)
    await visit.click('#ad')
    const knows = () => visit.waitForFunction('window.closeback?.get().values.ttclid')
    await knows()
    await visit.click('.button')
    await knows()
    await visit.click('.button')
    const clicked = new URL((await visit.evaluate('document.referrer')) as string)
    await expect
      .poll(() => visit.inputValue('[name=ttclid]'), { timeout: 20_000 })
      .toMatch(/^E\.C\.P\.demo\d+$/)
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

    // And the three books agree on it.
    await visit.getByText('Everything is explained').waitFor()
    expect(truthOf(sandbox.state, AD_ACCOUNT)).toMatchObject([
      { event: 'Purchase', credited: 'ttclid', adId: AD.id, merged: true },
    ])
    expect(report.book.total).toMatchObject({ count: 1, values: [{ amount: '249.00', currency: 'USD' }] })
    const filled = report.buckets.filter(({ amount }) => amount.count > 0)
    expect(filled).toMatchObject([{ bucket: 'accepted', amount: { count: 1 } }])
    expect(report.reported).toMatchObject({ count: 1, value: { amount: '249.00', currency: 'USD' } })
    expect(report.unexplained).toMatchObject({ count: 0, value: { amount: '0.00' } })
    expect(visit.errors).toEqual([])
  })
})
