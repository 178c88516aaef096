import { expect, it } from 'vitest'
import { ask } from '../../e2e/http/ask.ts'
import { Browser } from '../../e2e/http/browser.ts'
import { eventually } from '../../e2e/http/eventually.ts'
import { item, post, startRig, WORKSPACE } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { built } from './built.ts'

describeInBrowser('long work', () => {
  const browser = useBrowser()

  it('is counted, looked at again after a reload, sent, and found once more by its address', async () => {
    await built()
    // From now on: what was won an hour ago is of before the start.
    const connections = WORKSPACE.connections.map(({ startAt: _, ...fromNow }) => fromNow)
    const rig = await startRig({ workspace: { ...WORKSPACE, connections } })
    try {
      const key = await rig.key('viewer')
      const occurredAt = new Date(Date.now() - 3_600_000).toISOString()
      await post(rig.url, item({ record: { type: 'deal', id: 'D-before' }, occurredAt }))
      await eventually(async () => {
        const { json } = await ask(rig.url, 'GET /deals/shop-crm/D-before', { key })
        expect(json.stories[0].changes).toHaveLength(1)
      })
      const token = /(cb_\S+)/.exec(rig.told.join(''))?.[1]
      const owner = new Browser(rig.url)
      const made = {
        email: 'ada@shop.example',
        name: 'Ada',
        password: 'correct horse battery staple',
        token,
      }
      expect((await owner.ask('POST /owner', made)).status).toBe(201)
      const [name = '', value = ''] = (owner.cookie ?? '').split('=')
      const context = await browser.context({ reducedMotion: 'reduce' })
      context.setDefaultTimeout(60_000)
      await context.addCookies([{ name, value, url: rig.url }])
      const page = await context.newPage()
      await page.goto(`${rig.url}/sources/shop-crm`)

      const card = page.getByRole('region', { name: 'What happened before' })
      await card.getByRole('button', { name: 'Count what would go' }).click()
      await card.getByRole('button', { name: 'Send these 1' }).waitFor()
      expect((await ask(rig.url, 'GET /deliveries', { key })).json.deliveries).toEqual([])

      await page.reload()
      await card.getByRole('cell', { name: '4,200.00 USD' }).waitFor()
      await card.getByRole('button', { name: 'Send these 1' }).click()
      await card.getByRole('link', { name: '1 delivery' }).waitFor()
      await page.reload()
      await card.getByRole('link', { name: '1 delivery' }).click()
      await page
        .getByRole('link', { name: /D-before/ })
        .first()
        .waitFor()
    } finally {
      await rig.end()
    }
  }, 240_000)
})
