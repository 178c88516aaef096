import { beforeAll, expect, it, vi } from 'vitest'
import { eventually } from '../../e2e/http/eventually.ts'
import { item, post } from '../../e2e/http/rig.ts'
import { describeInBrowser } from '../../support/browser.ts'
import { useConsole } from './use-console.ts'

vi.setConfig({ testTimeout: 180_000 })

describeInBrowser('the rules', () => {
  const console = useConsole()
  const saved = async () => (await (await console.person('owner')).ask('GET /rules')).json

  beforeAll(async () => {
    const owner = await console.person('owner')
    await post(console.rig.url, [item(), item(), item({ amount: '300.00' })])
    await eventually(async () => {
      await owner.ask('POST /push')
      const { json } = await owner.ask('GET /deliveries?state=accepted')
      expect(json.deliveries).toHaveLength(3)
    })
  })

  it('are edited beside what the last 30 days would have sent, saved as a version, and brought back', async () => {
    const page = await console.open('/rules', { as: 'editor' })
    const preview = page.getByRole('complementary', { name: 'Preview' })
    const rule = page.getByRole('table', { name: 'Rules' }).getByRole('row', { name: /^won/ })
    await preview.getByText('USD 8,700.00').or(preview.getByText('8,700.00 USD')).first().waitFor()

    await rule.getByRole('button', { name: 'Edit won' }).click()
    const form = page.getByRole('dialog', { name: 'Rule won' })
    await form.getByRole('combobox', { name: 'Value' }).click()
    await page.getByRole('option', { name: 'always the same' }).click()
    await form.getByLabel('Amount').fill('100.00')
    await form.getByRole('button', { name: 'Done' }).click()
    // Nothing is saved yet, and what it would change is told: three times 100 instead of 8,700.
    await preview.getByText('Your change against the saved rules').waitFor()
    await preview.getByText(/8,400\.00/).waitFor()
    expect((await saved()).rules[0].send.value).toEqual({ from: 'amount' })

    const before = (await saved()).revision
    await page.getByRole('button', { name: 'Save as a version' }).click()
    await page.getByText(`Saved as version ${before + 1}`).waitFor()
    await rule.getByText('100.00 USD').waitFor()
    const versions = page.getByRole('region', { name: 'Versions' })
    const first = versions.getByRole('row').first()
    await first.getByText('won changed').waitFor()
    await first.getByText('editor').waitFor()

    await versions.getByRole('button', { name: 'Bring back' }).first().click()
    await page.getByText(`The rules of version`).waitFor()
    await rule.getByText('amount').waitFor()
    expect((await saved()).rules[0].send.value).toEqual({ from: 'amount' })
    expect(page.errors).toEqual([])
  })

  it('tell what is wrong at the field, in the words of the API, and save nothing', async () => {
    const before = await saved()
    const page = await console.open('/rules')
    await page.getByRole('button', { name: 'Edit won' }).click()
    const form = page.getByRole('dialog', { name: 'Rule won' })
    await form.getByLabel('Send the event').fill('')
    await form.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Save as a version' }).click()
    await page.getByRole('alert').first().waitFor()
    await page.getByRole('button', { name: 'Edit won' }).click()
    await expect.poll(() => form.getByLabel('Send the event').getAttribute('aria-invalid')).toBe('true')
    expect(await saved()).toEqual(before)
  })
})
