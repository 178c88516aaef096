import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { findChromium } from '../../server/capture/chromium.ts'

const launch = await findChromium(process.env)
if (launch === null)
  console.warn('No Chromium on this machine: browser tests are skipped; install one or set CHROMIUM_PATH.')

/** `describe` for tests that need a browser; skipped, with one line that says so, where there is none. */
export const describeInBrowser = describe.skipIf(launch === null)

export interface InBrowser {
  /** A fresh profile, closed after the test, or after all tests of the file. */
  context(options?: BrowserContextOptions & { lasts?: boolean }): Promise<BrowserContext>
  /** The only page of a fresh profile. What the page throws, and every error it logs, is added to `errors`. */
  page(options?: BrowserContextOptions): Promise<Page & { errors: string[] }>
}

/**
 * One Chromium for a file, launched once; one context a test. `args` are further switches. Call it inside
 * `describeInBrowser`.
 */
export function useBrowser({ args = [] }: { args?: string[] } = {}): InBrowser {
  let browser: Browser
  const open: BrowserContext[] = []
  beforeAll(async () => {
    browser = await chromium.launch({ ...launch, args: [...(launch?.args ?? []), ...args] })
  })
  afterEach(async () => {
    for (const context of open.splice(0)) await context.close()
  })
  afterAll(() => browser.close())
  const context: InBrowser['context'] = async ({ lasts = false, ...options } = {}) => {
    const made = await browser.newContext(options)
    made.setDefaultTimeout(20_000)
    if (!lasts) open.push(made)
    return made
  }
  return {
    context,
    async page(options) {
      const page = Object.assign(await (await context(options)).newPage(), { errors: [] as string[] })
      page.on('pageerror', (error) => page.errors.push(error.message))
      page.on('console', (line) => line.type() === 'error' && page.errors.push(line.text()))
      return page
    },
  }
}
