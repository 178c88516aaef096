import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it, vi } from 'vitest'
import { describeInBrowser } from '../../support/browser.ts'
import { plantOctober } from './report-world.ts'
import { useConsole } from './use-console.ts'

const OCTOBER = 'from=2026-10-01&to=2026-10-31'

// A browser shares its machine with everything else.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describeInBrowser('the pages of reports', () => {
  const console = useConsole()

  beforeAll(() => plantOctober(console.rig.closeback.ledger))

  async function open(path: string): Promise<Page> {
    const page = await console.open(path)
    await page.locator('table.list').first().waitFor()
    return page
  }

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

  it('browses single journeys page by page, each to the story of its deal', async () => {
    const page = await open(`/attribution?${OCTOBER}`)
    const journeys = page.getByRole('region', { name: 'Journeys' })
    const names = journeys.locator('.journey-head a')
    await names.nth(19).waitFor()
    const first = await names.allTextContents()
    expect(first).toHaveLength(20)
    await journeys.getByRole('link', { name: 'Earlier' }).click()
    await page.waitForURL(/before=\d+-\d+/)
    await expect.poll(() => names.allTextContents(), { timeout: 60_000 }).not.toEqual(first)
    const second = await names.allTextContents()
    expect(second.filter((name) => first.includes(name))).toEqual([])
    await names.first().click()
    await page.waitForURL(/\/deals\/shop-crm\/deal(:|%3A)D-/)
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
