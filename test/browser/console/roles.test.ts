import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { PERMISSIONS, type RouteName } from '../../../server/auth/permissions.ts'
import { eventually } from '../../e2e/http/eventually.ts'
import { item, post } from '../../e2e/http/rig.ts'
import { describeInBrowser } from '../../support/browser.ts'
import { PEOPLE, type PersonRole, useConsole } from './use-console.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const DEAL = '/deals/shop-crm/deal%3AD-REFUSED'
const HELD = '/deals/shop-crm/deal%3AD-WAITING'
const button = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).first()
const link = (name: string) => (page: Page) => page.getByRole('link', { name, exact: true })
const inMenu = (name: string) => (page: Page) => page.getByRole('menuitem', { name, exact: true })
const tab = (name: string) => (page: Page) => page.getByRole('tab', { name, exact: true })

/** Where the console lets a person call what the table of permissions names: the page, and what is to be seen there. */
const CONTROLS: readonly [
  route: RouteName,
  path: string,
  find: (page: Page) => ReturnType<Page['getByRole']>,
][] = [
  ['POST /api/v1/connections', '/connections', link('Connect TikTok')],
  ['POST /api/v1/connections/{id}/pause', '/connections', button('Pause')],
  ['POST /api/v1/connections/{id}/test', '/connections', inMenu('Send a test event')],
  ['POST /api/v1/connections/{id}/check', '/connections', inMenu('Check with TikTok')],
  ['PUT /api/v1/connections/{id}', '/connections', inMenu('Choose event sets')],
  ['POST /api/v1/connections/{id}/reconnect', '/connections', inMenu('Give it a new token')],
  ['POST /api/v1/connections/{id}/disconnect', '/connections', inMenu('Disconnect')],
  ['POST /api/v1/sources', '/sources', link('Add a source')],
  ['POST /api/v1/capture/check', '/sources', link('Test your capture')],
  ['POST /api/v1/sources/{id}/backfill', '/sources/shop-crm', button('Count what would go')],
  ['POST /api/v1/sources/{id}/check', '/sources/shop-crm', button('Check')],
  ['POST /api/v1/sources/{id}/sample', '/sources/shop-crm', button('Send a sample deal')],
  ['POST /api/v1/sources/{id}/secrets/{name}/rotate', '/sources/shop-crm', button('Rotate the secret')],
  [
    'GET /api/v1/sources/{id}/requests',
    '/sources/shop-crm',
    (page) => page.getByRole('region', { name: 'Requests' }),
  ],
  ['PUT /api/v1/rules', '/rules', button('Add a rule')],
  ['PUT /api/v1/rules', '/rules', button('Edit won')],
  ['POST /api/v1/rules/revert', '/rules', button('Bring back')],
  ['POST /api/v1/rules/preview', '/rules', (page) => page.getByRole('complementary', { name: 'Preview' })],
  ['POST /api/v1/deliveries/requeue', DEAL, button('Send it again')],
  ['POST /api/v1/deliveries/resolve', HELD, button('Do not send it')],
  ['GET /api/v1/people', '/settings', tab('People')],
  ['GET /api/v1/api-keys', '/settings', tab('API keys')],
  ['POST /api/v1/invitations', '/settings', button('Make a link')],
  ['POST /api/v1/api-keys', '/settings?tab=keys', button('Make it')],
  ['GET /api/v1/activity', '/settings', tab('Audit log')],
  ['PUT /api/v1/settings', '/settings?tab=house', button('Add the rate')],
  ['PUT /api/v1/settings', '/settings?tab=house', button('Keep for that long')],
]

/** What changes something and stands beside one of those, needs a state of its own, or is for programs. */
const BESIDE: readonly RouteName[] = [
  'DELETE /api/v1/api-keys/{id}',
  'DELETE /api/v1/invitations/{id}',
  'DELETE /api/v1/people/{id}',
  'DELETE /api/v1/session',
  'DELETE /api/v1/sources/{id}',
  'POST /api/v1/connections/{id}/resume',
  'POST /api/v1/pause',
  'POST /api/v1/push',
  'POST /api/v1/resume',
  'POST /api/v1/sources/{id}/install',
  'POST /api/v1/sources/{id}/poll',
  'POST /api/v1/sources/{id}/secrets/{name}/retire',
  'POST /api/v1/tiktok/consent',
  'POST /api/v1/tiktok/token',
  'PUT /api/v1/people/{id}',
  'PUT /api/v1/session/password',
  'PUT /api/v1/sources/{id}',
  'PUT /api/v1/workspace',
]

/** A landmark of each page that everybody sees once it is there. */
const READY: Record<string, (page: Page) => ReturnType<Page['getByText']>> = {
  '/connections': (page) => page.getByText('Advertiser 7000000000000000001'),
  '/sources': (page) => page.getByRole('link', { name: /^shop-crm/ }),
  '/sources/shop-crm': (page) => page.getByText('Where it posts to'),
  '/rules': (page) => page.getByRole('region', { name: 'Versions' }),
  [DEAL]: (page) => page.getByText('Rejected', { exact: true }).first(),
  [HELD]: (page) => page.getByText('Waiting', { exact: true }).first(),
  '/settings': tab('You'),
  '/settings?tab=keys': tab('You'),
  '/settings?tab=house': (page) => page.getByRole('heading', { name: 'Exchange rates' }),
}

const maySeeIt = (route: RouteName, role: PersonRole) =>
  (PERMISSIONS[route] as readonly string[]).includes(role)

describeInBrowser('each role', () => {
  const console = useConsole()

  beforeAll(async () => {
    const { rig, sandbox } = console
    const owner = await console.person('owner')
    const deliveryOf = async (id: string) =>
      (await owner.ask(`GET /deliveries?search=${id}`)).json.deliveries[0]
    await post(rig.url, item({ record: { type: 'deal', id: 'D-REFUSED' } }))
    const { eventId } = await eventually(async () => {
      expect(await deliveryOf('D-REFUSED')).toBeDefined()
      return deliveryOf('D-REFUSED')
    })
    sandbox.state.faults.set([{ kind: 'poison', eventIds: [eventId], times: 'forever' }])
    await eventually(async () => {
      await owner.ask('POST /push')
      expect((await deliveryOf('D-REFUSED'))?.state).toBe('rejected')
    })
    await post(rig.url, item({ record: { type: 'deal', id: 'D-WAITING' } }))
    await eventually(async () => expect((await deliveryOf('D-WAITING'))?.state).toBe('waiting'))
    // Rules have an earlier version, so that there is one to bring back.
    const { revision, rules } = (await owner.ask('GET /rules')).json
    const next = rules.map((rule: object) => ({ ...rule, audience: 'tiktok' }))
    expect((await owner.ask('PUT /rules', { base: revision, rules: next })).status).toBe(200)
  })

  it('is held to every route that changes something', () => {
    const known = new Set(CONTROLS.map(([route]) => route))
    const others = (Object.keys(PERMISSIONS) as RouteName[]).filter(
      (route) => Array.isArray(PERMISSIONS[route]) && !route.startsWith('GET ') && !known.has(route),
    )
    expect(others.sort()).toEqual(BESIDE)
  })

  for (const role of PEOPLE) {
    it(`${role}: sees what the table lets it do, and nothing else`, async () => {
      const page = await console.open('/connections', { as: role })
      const seen: string[] = []
      for (const path of new Set(CONTROLS.map(([, path]) => path))) {
        await page.goto(console.rig.url + path)
        await READY[path]?.(page).waitFor()
        const more = page.getByRole('button', { name: 'More for us-brand' })
        if (await more.isVisible()) await more.click()
        for (const [route, at, find] of CONTROLS) {
          if (at !== path) continue
          if (maySeeIt(route, role)) await find(page).waitFor()
          if (await find(page).isVisible()) seen.push(`${route} at ${path}`)
        }
      }
      const allowed = CONTROLS.filter(([route]) => maySeeIt(route, role))
      expect(seen.sort()).toEqual(allowed.map(([route, path]) => `${route} at ${path}`).sort())
      expect(page.errors).toEqual([])
    })
  }

  it('is told that a page is not for it, where the page has only one purpose', async () => {
    const page = await console.open('/', { as: 'viewer' })
    for (const path of ['/sources/new', '/connections/new', '/start', '/capture']) {
      await page.goto(console.rig.url + path)
      await page.getByText('This page is not for your role, viewer').waitFor()
    }
  })

  describe('and calls past the pages', () => {
    const routes = (Object.keys(PERMISSIONS) as RouteName[]).filter(
      (route) => Array.isArray(PERMISSIONS[route]) && route.includes('/api/v1/'),
    )
    for (const role of PEOPLE) {
      it(`${role}: 403 for whatever the table does not name it for`, async () => {
        const person = await console.person(role)
        for (const route of routes.filter((each) => !maySeeIt(each, role))) {
          const path = route.replace('/api/v1', '').replaceAll(/\{\w+\}/g, 'none')
          const { status, json } = await person.ask(path, route.startsWith('GET') ? undefined : {})
          expect(status, route).toBe(403)
          expect(json.remedy, route).not.toBe('')
        }
      })
    }
  })
})
