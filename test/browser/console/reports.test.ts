import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Browser } from '../../e2e/http/browser.ts'
import { type Rig, startRig } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { built } from './built.ts'
import { plantOctober } from './report-world.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const OCTOBER = 'from=2026-10-01&to=2026-10-31'
/** Where pictures of the pages are kept; nowhere unless somebody wants to look at them. */
const PICTURES = process.env.CLOSEBACK_PICTURES

// Pages are read twice each, and a browser shares its machine with everything else.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describeInBrowser('the pages of reports', () => {
  const browser = useBrowser()
  let rig: Rig
  let cookie: { name: string; value: string; url: string }

  beforeAll(async () => {
    await built()
    rig = await startRig()
    await plantOctober(rig.closeback.ledger)
    const token = /(cb_\S+)/.exec(rig.told.join(''))?.[1]
    const owner = new Browser(rig.url)
    const made = { email: 'ada@shop.example', name: 'Ada', password: 'correct horse battery staple', token }
    expect((await owner.ask('POST /owner', made)).status).toBe(201)
    const [name = '', value = ''] = (owner.cookie ?? '').split('=')
    cookie = { name, value, url: rig.url }
  })
  afterAll(() => rig.end())

  async function signedIn(options: Parameters<typeof browser.context>[0] = {}): Promise<BrowserContext> {
    const context = await browser.context(options)
    context.setDefaultTimeout(60_000)
    await context.addCookies([cookie])
    return context
  }

  async function open(path: string, options: Parameters<typeof browser.context>[0] = {}): Promise<Page> {
    const page = await (await signedIn(options)).newPage()
    await page.goto(`${rig.url}${path}`)
    await page.locator('table.list').first().waitFor()
    return page
  }

  async function expectAccessible(page: Page): Promise<void> {
    // The policy of the page lets no script in but the console's own: axe goes through the debugger.
    await page.evaluate(await readFile(AXE, 'utf8'))
    const found =
      await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`)
    expect(found).toEqual([])
  }

  const PAGES = [
    ['reconciliation', `/reconciliation?${OCTOBER}`],
    ['attribution', `/attribution?${OCTOBER}`],
    ['advisor', '/advisor'],
    ['insights', `/insights?${OCTOBER}`],
  ] as const

  it.each(PAGES)(
    '%s is accessible, light and wide, dark and narrow, and scrolls nothing sideways',
    async (name, path) => {
      const looks = [
        { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
        { name: 'dark-narrow', colorScheme: 'dark', viewport: { width: 400, height: 800 } },
      ] as const
      for (const { name: look, ...options } of looks) {
        const page = await open(path, { ...options, reducedMotion: 'reduce' })
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}-${look}.png`, fullPage: true })
        const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        expect(wide, look).toBeLessThanOrEqual(0)
        await expectAccessible(page)
        await page.close()
      }
    },
  )

  it('opens a bar of the waterfall to its deals, keeps that in the address, and gives them as CSV', async () => {
    const page = await open(`/reconciliation?${OCTOBER}`)
    await page
      .getByRole('link', { name: /rejected by TikTok/ })
      .first()
      .click()
    await page.waitForURL(/open=rejected/)
    const deals = page.getByRole('region', { name: 'Deals rejected by TikTok' }).first()
    const rows = deals.locator('tbody tr')
    await rows.nth(9).waitFor()
    const download = page.waitForEvent('download')
    await deals.getByRole('button', { name: /CSV/ }).click()
    const text = await readFile(await (await download).path(), 'utf8')
    expect(text.trim().split('\r\n')).toHaveLength(11)
    expect(text).toContain('40002')

    // The address alone brings the same page back; a deal leads to its story.
    await page.reload()
    await rows.nth(9).waitFor()
    await rows.first().getByRole('link').click()
    await page.waitForURL(/\/deals\/shop-crm\/deal(:|%3A)D-/)
  })

  it('makes the report again as of an earlier day', async () => {
    const page = await open(`/reconciliation?${OCTOBER}&asOf=2026-10-20`)
    await page.getByText('by the end of 2026-10-20').waitFor()
    await page.getByRole('slider').press('End')
    await page.waitForURL((url) => !url.searchParams.has('asOf'))
  })

  it('puts models side by side and narrows to a channel', async () => {
    const page = await open(`/attribution?${OCTOBER}&level=channel`)
    await page.getByRole('columnheader', { name: 'Time decay' }).waitFor()
    const all = await page.locator('tbody tr').count()
    await page.getByRole('combobox', { name: 'Channel' }).click()
    await page.getByRole('option', { name: 'google' }).click()
    await page.waitForURL(/channel=google/)
    await expect.poll(() => page.locator('tbody tr').count(), { timeout: 60_000 }).toBeLessThan(all)
  })

  it('turns the advice into a rule that waits for its audience', async () => {
    const page = await open('/advisor')
    await page.getByRole('link', { name: 'Make it a rule' }).click()
    await page.waitForURL(/\/rules/)
    // Nobody is assumed: it opens for the person to choose whom it is for.
    await page.getByRole('dialog', { name: 'A new rule' }).waitFor()
    await page.getByRole('radiogroup').waitFor()
  })

  it('goes down from the account to ads, and shows what TikTok said of a day before it changed it', async () => {
    const page = await open(`/insights?${OCTOBER}`)
    await page.getByRole('link', { name: 'once' }).first().click()
    await page
      .getByText(/What TikTok said of 2026-10-05, pull by pull/)
      .first()
      .waitFor()
    await page.getByRole('link', { name: 'Spring look-alikes' }).click()
    await page.getByRole('link', { name: 'Spring look-alikes, US' }).click()
    await page.getByRole('cell', { name: 'Video A' }).waitFor()
    await page.getByRole('navigation', { name: 'Opened' }).getByRole('link', { name: 'Account' }).click()
    await page.getByRole('link', { name: 'Retargeting' }).waitFor()
  })
})
