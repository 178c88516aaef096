import { beforeAll, expect, it, vi } from 'vitest'
import { eventually } from '../../e2e/http/eventually.ts'
import { item, post } from '../../e2e/http/rig.ts'
import { describeInBrowser } from '../../support/browser.ts'
import { useConsole } from './use-console.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const dealOf = (id: string, amount = '4200.00') => item({ record: { type: 'deal', id }, amount })

describeInBrowser('the deliveries', () => {
  const console = useConsole()
  const told = async (record: string) => {
    const { json } = await (await console.person('owner')).ask(`GET /deliveries?search=${record}`)
    return json.deliveries[0]
  }
  const pushed = async (record: string, state: string) => {
    await (await console.person('owner')).ask('POST /push')
    expect((await told(record))?.state).toBe(state)
  }

  beforeAll(async () => {
    const { rig, sandbox } = console
    await post(rig.url, dealOf('D-REFUSED'))
    const { eventId } = await eventually(async () => {
      expect(await told('D-REFUSED')).toBeDefined()
      return told('D-REFUSED')
    })
    sandbox.state.faults.set([{ kind: 'poison', eventIds: [eventId], times: 'forever' }])
    await eventually(() => pushed('D-REFUSED', 'rejected'))
    sandbox.state.faults.clear()
    await post(
      rig.url,
      Array.from({ length: 60 }, (_, at) => dealOf(`D-${at}`)),
    )
    // Another amount: the same one of the same person would look like a double.
    await post(rig.url, dealOf('D-DOUBT', '77.00'), { source: 'other-crm' })
    await eventually(() => pushed('D-59', 'accepted'))
    await eventually(() => pushed('D-DOUBT', 'accepted'))
    await rig.closeback.ledger.db
      .updateTable('deliveries')
      .set({ state: 'uncertain', first_unknown_at: Date.now() })
      .where('event_id', '=', (await told('D-DOUBT')).eventId)
      .execute()
  })

  it('are narrowed, searched and paged by what stands in the address', async () => {
    const page = await console.open('/deliveries')
    const rows = page.getByRole('table', { name: 'Deliveries' }).locator('tbody tr')
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(50)
    await page.getByRole('button', { name: 'Older' }).click()
    await page.waitForURL(/before=\d+/)
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(12)
    await page.getByRole('link', { name: 'D-REFUSED' }).waitFor()
    await page.getByRole('button', { name: 'Newer' }).click()
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(50)

    await page.getByRole('combobox', { name: 'State' }).click()
    await page.getByRole('option', { name: 'Rejected' }).click()
    await page.waitForURL(/state=rejected/)
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(1)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.keyboard.press('Escape')
    await page.getByLabel('Search by record or event id').fill('D-17')
    await page.waitForURL(/search=D-17/)
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(1)

    // Whoever gets the address sees the same.
    await page.goto(`${console.rig.url}/deliveries?source=other-crm&state=uncertain`)
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(1)
    await rows.first().click()
    await page.waitForURL(/\/deals\/other-crm\/deal%3AD-DOUBT$/)
    await page.goBack()
    expect(new URL(page.url()).search).toBe('?source=other-crm&state=uncertain')
    expect(page.errors).toEqual([])
  })

  it('tell why one was refused, and send it again by an editor’s word', async () => {
    const page = await console.open('/deals/shop-crm/deal%3AD-REFUSED', { as: 'editor' })
    const card = page.getByRole('region', { name: 'Purchase to us-brand' })
    await card.getByText('Rejected', { exact: true }).waitFor()
    await card.getByRole('table', { name: 'Attempts' }).getByText('Not a valid string').first().waitFor()
    await card.getByRole('button', { name: 'Send it again' }).click()
    await page.getByText('Was rejected, is waiting now.').waitFor()
    await eventually(() => pushed('D-REFUSED', 'accepted'))
    await card.getByText('Accepted', { exact: true }).waitFor()
    await card.getByText(/requeue by editor/).waitFor()
    expect(page.errors).toEqual([])
  })

  it('ask a person about an uncertain one, with what each answer means', async () => {
    const viewer = await console.open('/deals/other-crm/deal%3AD-DOUBT', { as: 'viewer' })
    await viewer.getByText('Uncertain', { exact: true }).waitFor()
    expect(await viewer.getByRole('button', { name: 'Decide' }).count()).toBe(0)

    const page = await console.open('/deals/other-crm/deal%3AD-DOUBT', { as: 'editor' })
    await page.getByRole('button', { name: 'Decide' }).click()
    const asks = page.getByRole('dialog', { name: 'Did TikTok get it?' })
    await asks.getByRole('button', { name: /even if it may count twice/ }).waitFor()
    await asks.getByRole('button', { name: /It did not arrive/ }).waitFor()
    await asks.getByRole('button', { name: /It arrived/ }).click()
    await page
      .getByRole('region', { name: 'Purchase to us-brand' })
      .getByText('Accepted', { exact: true })
      .waitFor()
    expect((await told('D-DOUBT')).state).toBe('accepted')
    expect(page.errors).toEqual([])
  })

  it('show the event as it was sent: hashes to an editor, only their names to a viewer', async () => {
    const shown = async (as: 'editor' | 'viewer') => {
      const page = await console.open('/deals/shop-crm/deal%3AD-1', { as })
      await page.getByText('The event as sent').click()
      return (await page.getByText('"event_id"').textContent()) ?? ''
    }
    expect(await shown('editor')).toMatch(/"email": (\[\s*)?"[0-9a-f]{64}"/)
    const masked = await shown('viewer')
    expect(masked).toMatch(/"email": (\[\s*)?"•••"/)
    expect(masked).not.toMatch(/[0-9a-f]{64}/)
  })
})
