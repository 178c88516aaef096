import type { Page } from 'playwright-core'

const SETTLED = 'body:has(h1):not(:has([aria-busy=true], [aria-label=Counting]))'

/** Waits until nothing on the page is being asked any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator(SETTLED).waitFor()
}
