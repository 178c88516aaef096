import { expect, it } from 'vitest'
import { startTikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { startRig } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { built } from './built.ts'

const EMPTY = { version: 1 }

describeInBrowser('the first start', () => {
  const browser = useBrowser()

  it('leads from the set-up link to the first accepted event without a terminal', async () => {
    await built()
    const sandbox = await startTikTokSandbox()
    const rig = await startRig({ env: { TIKTOK_API_URL: sandbox.url }, workspace: EMPTY })
    try {
      const page = await browser.page({ reducedMotion: 'reduce' })
      page.setDefaultTimeout(60_000)
      const [link = ''] = /http\S+\/start#\S+/.exec(rig.told.join('')) ?? []
      await page.goto(link)
      await page.getByLabel('Your name').fill('Olga')
      await page.getByLabel('E-mail').fill('olga@shop.example')
      await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery staple')
      await page.getByRole('button', { name: 'Make me the owner' }).click()

      await page.getByRole('button', { name: 'Use the sandbox’s account' }).click()
      await page.getByLabel('Pixel', { exact: true }).first().fill('C4AAAAAAAAAAAAAAAAAA')
      await page.getByLabel('Page address of deals without one').fill('https://shop.example/')
      await page.getByRole('button', { name: 'Connect Sample advertiser' }).click()

      await page.getByRole('button', { name: 'Add Generic webhook' }).click()
      await page.getByText('The signing secret of my-crm').waitFor()
      expect(await page.getByText(/^whsec_/).textContent()).toMatch(/^whsec_[\w+/]{43}=/)
      await page.getByRole('button', { name: 'I kept it, go on' }).click()

      await page.getByRole('radio', { name: 'Everybody' }).check()
      await page.getByRole('button', { name: 'Send that' }).click()
      await page.getByRole('button', { name: 'Send a sample deal' }).click()
      await page.getByText('TikTok accepted Purchase').waitFor()
      expect(sandbox.state.events.all()).toHaveLength(1)

      await page.getByRole('link', { name: /^SAMPLE-/ }).click()
      await page.getByRole('heading', { name: 'Purchase to sample-advertiser' }).waitFor()
      expect(await page.getByText('Accepted', { exact: true }).count()).toBeGreaterThan(0)
      expect(page.errors).toEqual([])
    } finally {
      await rig.end()
      await sandbox.close()
    }
  }, 240_000)
})
