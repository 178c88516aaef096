import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it, vi } from 'vitest'
import { item, post } from '../../e2e/http/rig.ts'
import { describeInBrowser } from '../../support/browser.ts'
import { plantOctober } from './report-world.ts'
import { settled } from './settled.ts'
import { inaccessible, type Opened, sideways, useConsole } from './use-console.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 })

const LIST = readFileSync(join(import.meta.dirname, '../../../server/ui/pages.ts'), 'utf8')
const PATHS = [...LIST.matchAll(/\bpath: '([^']+)'/g)].map(([, path = '']) => path)

/** Pages of one thing, by a thing that is there; reports, over the month that has something to report. */
const PLACES: Record<string, readonly string[]> = {
  '/sources/:source': ['/sources/shop-crm'],
  '/deals/:source/:record': ['/deals/shop-crm/deal%3AD-5', '/deals/shop-crm/deal%3AD-LIVE'],
  '/settings': ['people', 'keys', 'house', 'audit', 'you'].map((tab) => `/settings?tab=${tab}`),
  ...Object.fromEntries(
    ['/reconciliation', '/attribution', '/insights'].map((path) => [
      path,
      [`${path}?from=2026-10-01&to=2026-10-31`],
    ]),
  ),
}
const EVERYWHERE = [...PATHS.flatMap((path) => PLACES[path] ?? [path]), '/no/such/page']

const LOOKS = {
  'light and wide': { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  'dark and narrow': { colorScheme: 'dark', viewport: { width: 400, height: 800 } },
} as const

describeInBrowser('every page', () => {
  const console = useConsole()

  beforeAll(async () => {
    await plantOctober(console.rig.closeback.ledger)
    await post(console.rig.url, item({ record: { type: 'deal', id: 'D-LIVE' } }))
    await post(console.rig.url, { no: 'deal' })
    const owner = await console.person('owner')
    await owner.ask('POST /push')
    await owner.ask('POST /invitations', { email: 'ada@shop.example', role: 'editor' })
    await owner.ask('POST /api-keys', { role: 'sender', source: 'shop-crm' })
  })

  it('is walked through: the list is not empty', () => {
    expect(PATHS).toEqual(expect.arrayContaining(['/', '/rules', '/deals/:source/:record', '/settings']))
    expect(EVERYWHERE.filter((path) => path.includes(':'))).toEqual([])
  })

  for (const [look, options] of Object.entries(LOOKS)) {
    it(`is accessible, ${look}, scrolls nothing sideways and logs no error`, async () => {
      const page = await console.open('/', options)
      const wrong: string[] = []
      for (const path of EVERYWHERE) {
        await page.goto(console.rig.url + path)
        wrong.push(...(await faultsOf(page, path)))
      }
      expect(wrong).toEqual([])
    })
  }

  it('and the gates before them, too', async () => {
    const page = await console.open('/', LOOKS['dark and narrow'])
    await page.context().clearCookies()
    const wrong: string[] = []
    for (const path of ['/rules', '/join#nobody']) {
      await page.goto('about:blank')
      await page.goto(console.rig.url + path)
      await page.locator('form').waitFor()
      wrong.push(...(await faultsOf(page, path)))
    }
    expect(wrong).toEqual([])
  })

  /** What is wrong with the page as it stands, each in a line; its errors are forgotten afterwards. */
  async function faultsOf(page: Opened, path: string): Promise<string[]> {
    await settled(page)
    const wide = await sideways(page)
    return [
      ...(await inaccessible(page)).map((text) => `${path} ${text}`),
      ...(wide > 0 ? [`${path} scrolls ${wide} px sideways`] : []),
      ...page.errors.splice(0).map((text) => `${path} logs ${text}`),
    ]
  }
})
