import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { type Shop, startShop } from '../../../server/demo/shop.ts'
import { Browser } from '../../e2e/http/browser.ts'
import { type Rig, SECRET, startRig } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { type BrokenShop, startBrokenShop } from './broken-shop.ts'
import { built } from './built.ts'
import { settled } from './settled.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** Where pictures of the page are kept; nowhere unless somebody wants to look at them. */
const PICTURES = process.env.CLOSEBACK_PICTURES

// The host opens a second browser beside the one that looks at the console.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describeInBrowser('the page that tests the capture', () => {
  const browser = useBrowser()
  let rig: Rig
  let sandbox: TikTokSandbox
  let shop: Shop
  let site: BrokenShop
  const cookies = new Map<Rig, { name: string; value: string; url: string }>()

  async function startHost(env: Record<string, string>): Promise<Rig> {
    const host = await startRig({ env })
    const token = /(cb_\S+)/.exec(host.told.join(''))?.[1]
    const owner = new Browser(host.url)
    const made = { email: 'ada@shop.example', name: 'Ada', password: 'correct horse battery staple', token }
    expect((await owner.ask('POST /owner', made)).status).toBe(201)
    const [name = '', value = ''] = (owner.cookie ?? '').split('=')
    cookies.set(host, { name, value, url: host.url })
    return host
  }

  beforeAll(async () => {
    await built()
    rig = await startHost({ CLOSEBACK_ALLOW_PRIVATE_URLS: '1' })
    sandbox = await startTikTokSandbox()
    const { closeback, url } = rig
    const reconcile = () => Promise.reject(new Error('nothing is bought here'))
    shop = await startShop({
      closeback,
      url,
      secret: SECRET,
      sandboxUrl: sandbox.url,
      now: Date.now,
      reconcile,
    })
    site = await startBrokenShop(shop.url)
  })
  beforeEach(() => {
    site.breaks = (_path, html) => html
    site.asked.length = 0
  })
  afterAll(async () => {
    await site?.close()
    await shop?.close()
    await rig?.end()
    await sandbox?.close()
  })

  async function open(
    path = '/capture',
    { host = rig, ...options }: Parameters<typeof browser.context>[0] & { host?: Rig } = {},
  ): Promise<Page & { errors: string[] }> {
    const page = await browser.page({ reducedMotion: 'reduce', ...options })
    page.setDefaultTimeout(60_000)
    const cookie = cookies.get(host)
    if (cookie) await page.context().addCookies([cookie])
    await page.goto(`${host.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    return page
  }

  async function follow(page: Page, url: string): Promise<void> {
    await page.getByLabel('Landing page').fill(url)
    await page.keyboard.press('Enter')
  }

  async function looksFine(page: Page, name: string): Promise<void> {
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
    expect(
      await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
      name,
    ).toBeLessThanOrEqual(0)
    // The policy of the page lets no script in but the console's own: axe goes through the debugger.
    await page.evaluate(await readFile(AXE, 'utf8'))
    const found =
      await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`)
    expect(found, name).toEqual([])
  }

  const lost = (page: Page) => page.locator('.way li[data-status=failed]').first()

  it('is reached from the sources, and shows that the click arrives, with the page where it did', async () => {
    const page = await open('/sources', { colorScheme: 'dark' })
    await page.getByRole('link', { name: 'Test your capture' }).click()
    await page.waitForURL('**/capture')
    await settled(page)
    await looksFine(page, 'capture-empty-dark')
    await follow(page, `${shop.url}/landing`)
    await page.getByRole('heading', { name: 'The click reaches the form', exact: true }).waitFor()
    await page.getByText('ttclid holds it.').waitFor()
    await page.getByAltText('The page where the check ended').waitFor()
    expect(new URL(page.url()).searchParams.get('url')).toBe(`${shop.url}/landing`)
    await looksFine(page, 'capture-test-dark')
    expect(page.errors).toEqual([])
  })

  const BROKEN: [what: string, breaks: BrokenShop['breaks'], step: string, remedy: RegExp][] = [
    [
      'a redirect drops the click id',
      (path, html) => (path === '/promo' ? { redirect: '/landing' } : html),
      'Landing page',
      /Let \S+\/promo keep the query string/,
    ],
    [
      'the form has no field for it',
      (_path, html) => html.replace('<input type="hidden" name="ttclid">', ''),
      'Field for the click id',
      /Add a hidden field named ttclid/,
    ],
    [
      'the form stands in a frame of another site',
      (path, html) =>
        path === '/checkout'
          ? html.replace(/<form.*<\/form>/s, `<iframe src="http://localhost:9/forms.html"></iframe>`)
          : html,
      'Field for the click id',
      /Name localhost:9 in data-embeds/,
    ],
    [
      'the page waits for consent',
      (_path, html) => html.replace('<script async', '<script async data-consent="tcf"'),
      'Consent',
      /accept, and look at the form/,
    ],
  ]
  /** Where the page is looked at closely. */
  const PICTURED: Record<string, string> = {
    'a redirect drops the click id': 'capture-test-narrow',
    'the form has no field for it': 'capture-test',
  }
  it.each(BROKEN)('shows where it is lost and what to do: %s', async (what, breaks, step, remedy) => {
    site.breaks = breaks
    const isRedirect = what.includes('redirect')
    const page = await open('/capture', isRedirect ? { viewport: { width: 400, height: 800 } } : {})
    await follow(page, `${site.url}${isRedirect ? '/promo' : '/landing'}`)
    await page.getByRole('heading', { name: 'The click does not reach the form' }).waitFor()
    expect(await lost(page).locator('b').textContent()).toBe(step)
    expect(await lost(page).locator('.remedy').textContent()).toMatch(remedy)
    const look = PICTURED[what]
    if (look) await looksFine(page, look)
    expect(page.errors).toEqual([])
  })

  it('shows each step as it is known, and goes on with the same check after a reload', async () => {
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    site.breaks = async (path, html) => {
      if (path === '/checkout') await held
      return html
    }
    const page = await open()
    await follow(page, `${site.url}/landing`)
    await page.getByText('The script knows it.').waitFor()
    await page.getByText('To come').waitFor()
    await looksFine(page, 'capture-running')
    await page.reload()
    await page.getByText('The script knows it.').waitFor()
    release()
    await page.getByRole('heading', { name: 'The click reaches the form', exact: true }).waitFor()
    expect(site.asked.filter((path) => path.startsWith('/landing?'))).toHaveLength(1)
  })

  it('opens nothing because somebody followed a link here', async () => {
    const page = await open(`/capture?url=${encodeURIComponent(`${site.url}/landing`)}`)
    expect(await page.getByLabel('Landing page').inputValue()).toBe(`${site.url}/landing`)
    await page.getByRole('button', { name: 'Follow a click' }).waitFor()
    expect(site.asked.filter((path) => path.startsWith('/landing'))).toEqual([])
  })

  it('says at the field what is wrong with an address', async () => {
    const page = await open()
    await follow(page, 'ftp://shop.example')
    await page.getByText('is not a whole address, with https://').waitFor()
    expect(await page.getByLabel('Landing page').getAttribute('aria-invalid')).toBe('true')
    await looksFine(page, 'capture-refused')
  })

  it('reaches no private address, and teaches what a host without a browser needs', async () => {
    const host = await startHost({ CHROMIUM_PATH: '/nowhere/chromium' })
    try {
      const page = await open('/capture', { host })
      await follow(page, 'https://127.0.0.1/landing')
      await page.getByText('127.0.0.1 is not a public address').waitFor()
      await follow(page, 'shop.example/landing')
      await page.getByRole('heading', { name: 'This host has no browser' }).waitFor()
      await page.getByText('apt-get install chromium').waitFor()
      await page.getByText(`npx closeback check --page 'https://shop.example/landing'`).waitFor()
      await looksFine(page, 'capture-no-browser')
    } finally {
      await host.end()
    }
  })
})
