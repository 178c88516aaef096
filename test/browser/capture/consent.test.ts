import type { Page } from 'playwright-core'
import { beforeEach, expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { captured, filled, page, TEST_NAMES, useSite } from './site.ts'

const BODY =
  '<form><input type="hidden" name="ttclid"><input type="hidden" name="consent"><input type="hidden" name="limited_data_use"></form>'
const CLICK = '?ttclid=E.C.P.x&utm_source=tiktok'

/** Ways in which a site says it, and how a person then answers on the page. */
const WAYS: [way: string, before: string, tag: string, answer: (granted: boolean) => string][] = [
  [
    'a function',
    '<script>window.closeback = { consent(decide) { window.decide = decide } }</script>',
    '',
    (granted) => `window.decide(${granted})`,
  ],
  [
    'Google consent mode',
    `<script>window.dataLayer = []; function gtag() { dataLayer.push(arguments) }
     gtag('consent', 'default', { ad_storage: 'denied' }); dataLayer.push({ event: 'consent' }, 7, null)</script>`,
    'data-consent="dataLayer"',
    (granted) => `gtag('consent', 'update', { ad_storage: '${granted ? 'granted' : 'denied'}' })`,
  ],
  [
    'the TCF',
    `<script>
      const hear = []
      window.answer = (granted) => hear.forEach((each) => each({ eventStatus: 'useractioncomplete', gdprApplies: true, purpose: { consents: { 1: granted, 7: granted } } }, true))
      // A tool that comes after us.
      setTimeout(() => {
        window.__tcfapi = (command, version, callback) => {
          hear.push(callback)
          callback({ eventStatus: 'cmpuishown', gdprApplies: true, purpose: { consents: {} } }, true)
          window.there = true
        }
      }, 50)
    </script>`,
    'data-consent="tcf"',
    (granted) => `window.answer(${granted})`,
  ],
]

describeInBrowser('consent', () => {
  const browser = useBrowser(TEST_NAMES)
  const site = useSite()
  beforeEach(() => site.pages.clear())

  /** What is left in the browser, by us. */
  async function stored(visit: Page): Promise<unknown> {
    const cookies = (await visit.context().cookies()).map(({ name }) => name)
    return [cookies, await visit.evaluate('Object.keys(localStorage)')]
  }

  it.each(WAYS)(
    'by %s: nothing before, everything after, nothing once it is withdrawn',
    async (way, before, tag, answer) => {
      site.pages.set('/form', page(BODY, { before, tag }))
      const visit = await browser.page()
      await visit.goto(site.url(`/form${CLICK}`))
      if (way === 'the TCF') await visit.waitForFunction('window.there')
      expect(await stored(visit)).toEqual([[], []])
      expect(await captured(visit)).toEqual({ consent: null, touches: [], values: {} })
      expect(await visit.inputValue('[name=ttclid]')).toBe('')

      await visit.evaluate(answer(true))
      await filled(visit, '[name=ttclid]', 'E.C.P.x')
      expect(await visit.inputValue('[name=consent]')).toBe('granted')
      expect(await stored(visit)).toEqual([['closeback'], ['closeback']])

      await visit.evaluate(answer(false))
      await filled(visit, '[name=ttclid]', '')
      expect(await visit.inputValue('[name=consent]')).toBe('denied')
      expect(await stored(visit)).toEqual([[], []])
      expect((await captured(visit)).touches).toEqual([])
      expect(visit.errors).toEqual([])
    },
  )

  it('a function may answer at once', async () => {
    site.pages.set(
      '/form',
      page(BODY, { before: '<script>window.closeback = { consent: () => false }</script>' }),
    )
    const visit = await browser.page()
    await visit.goto(site.url(`/form${CLICK}`))
    expect(await visit.inputValue('[name=consent]')).toBe('denied')
    expect(await stored(visit)).toEqual([[], []])
  })

  it('where GDPR does not apply, the TCF keeps nobody', async () => {
    const before = `<script>window.__tcfapi = (c, v, callback) => callback({ eventStatus: 'tcloaded', gdprApplies: false, purpose: { consents: {} } }, true)</script>`
    site.pages.set('/form', page(BODY, { before, tag: 'data-consent="tcf"' }))
    const visit = await browser.page()
    await visit.goto(site.url(`/form${CLICK}`))
    await filled(visit, '[name=ttclid]', 'E.C.P.x')
  })

  it('Global Privacy Control asks for limited data use, and denies where the site says so', async () => {
    site.pages.set('/form', page(BODY))
    site.pages.set('/strict', page(BODY, { tag: 'data-consent="gpc"' }))
    const context = await browser.context()
    await context.addInitScript(
      `Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })`,
    )
    const visit = await context.newPage()
    await visit.goto(site.url(`/form${CLICK}`))
    await filled(visit, '[name=ttclid]', 'E.C.P.x')
    expect(await visit.inputValue('[name=limited_data_use]')).toBe('true')
    await visit.goto(site.url(`/strict${CLICK}`))
    await filled(visit, '[name=consent]', 'denied')
    expect(await visit.inputValue('[name=limited_data_use]')).toBe('true')
    expect(await stored(visit)).toEqual([[], []])
  })

  it("limited data use is the site's to ask for, and without either nothing is said", async () => {
    site.pages.set('/form', page(BODY))
    site.pages.set('/limited', page(BODY, { tag: 'data-limited-data-use="true"' }))
    const visit = await browser.page()
    await visit.goto(site.url(`/form${CLICK}`))
    await filled(visit, '[name=ttclid]', 'E.C.P.x')
    expect(await visit.inputValue('[name=limited_data_use]')).toBe('')
    expect(await visit.inputValue('[name=consent]')).toBe('')
    await visit.goto(site.url('/limited'))
    await filled(visit, '[name=limited_data_use]', 'true')
  })
})
