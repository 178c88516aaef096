import { expect, it } from 'vitest'
import { findChromium } from '../../server/capture/chromium.ts'
import { describeInBrowser, useBrowser } from '../support/browser.ts'

it('a CHROMIUM_PATH that leads nowhere finds nothing, rather than another browser', async () => {
  expect(await findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toBe(null)
})

describeInBrowser('a page in a test', () => {
  const browser = useBrowser()

  it('notes what it throws and what it logs as an error', async () => {
    const page = await browser.page()
    await page.setContent(
      `<script>console.error('logged')</script><script>throw new Error('thrown')</script>`,
    )
    expect(page.errors.toSorted()).toEqual(['logged', 'thrown'])
  })

  it('knows nothing of the page of another test', async () => {
    const page = await browser.page()
    expect(page.errors).toEqual([])
    expect(await page.context().cookies()).toEqual([])
  })
})
