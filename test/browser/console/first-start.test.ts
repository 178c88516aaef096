import { expect, it } from 'vitest'
import { startTikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { startRig } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { built } from './built.ts'
import { walkFirstSteps } from './first-steps.ts'

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
      await walkFirstSteps(page, link)
      expect(sandbox.state.events.all()).toHaveLength(1)
      expect(await page.getByText('Accepted', { exact: true }).count()).toBeGreaterThan(0)
      expect(page.errors).toEqual([])
    } finally {
      await rig.end()
      await sandbox.close()
    }
  }, 240_000)
})
