import type { Page } from 'playwright-core'

/**
 * The way from the link that a first start prints to the first accepted event, as a person goes it; `seen` is called
 * wherever they would stop to look. Ends on the page of the deal.
 */
export async function walkFirstSteps(
  page: Page,
  link: string,
  seen: (step: string) => Promise<void> = async () => {},
): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Your name').fill('Olga')
  await page.getByLabel('E-mail').fill('olga@shop.example')
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery staple')
  await seen('owner')
  await page.getByRole('button', { name: 'Make me the owner' }).click()

  const sandbox = page.getByRole('button', { name: 'Use the sandbox’s account' })
  await sandbox.waitFor()
  await seen('token')
  await sandbox.click()
  await page.getByLabel('Pixel', { exact: true }).first().fill('C4AAAAAAAAAAAAAAAAAA')
  await page.getByLabel('Page address of deals without one').fill('https://shop.example/')
  await seen('event-sets')
  await page.getByRole('button', { name: 'Connect Sample advertiser' }).click()

  const add = page.getByRole('button', { name: 'Add Generic webhook' })
  await add.waitFor()
  await seen('source')
  await add.click()
  await page.getByText('The signing secret of my-crm').waitFor()
  await page.getByText(/^whsec_[\w+/]{43}=/).waitFor()
  await seen('secret')
  await page.getByRole('button', { name: 'I kept it, go on' }).click()

  await page.getByRole('radio', { name: 'Everybody' }).check()
  await seen('rule')
  await page.getByRole('button', { name: 'Send that' }).click()
  const send = page.getByRole('button', { name: 'Send a sample deal' })
  await send.waitFor()
  await seen('sample')
  await send.click()
  await page.getByText('TikTok accepted Purchase').waitFor()
  await seen('accepted')

  await page.getByRole('link', { name: /^SAMPLE-/ }).click()
  await page.getByRole('heading', { name: 'Purchase to sample-advertiser' }).waitFor()
  await seen('deal')
}
