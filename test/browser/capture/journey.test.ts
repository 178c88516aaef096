import { beforeEach, expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { captured, filled, page, TEST_NAMES, useSite } from './site.ts'

const FORM = page(
  '<form><input name="email"><input type="hidden" name="ttclid"><input type="hidden" name="utm_source"></form>',
)
const CLICK = 'ttclid=E.C.P.first&utm_source=tiktok&utm_campaign=spring+sale'

describeInBrowser('from the landing page to the form', () => {
  const browser = useBrowser(TEST_NAMES)
  const site = useSite()
  beforeEach(() => {
    site.pages.clear()
    site.pages.set('/form', FORM)
  })

  it('brings the click over three pages', async () => {
    const visit = await browser.page()
    await visit.goto(site.url(`/?${CLICK}`))
    for (const path of ['/one', '/two', '/form']) await visit.goto(site.url(path))
    await filled(visit, '[name=ttclid]', 'E.C.P.first')
    await filled(visit, '[name=utm_source]', 'tiktok')
    const { values, touches } = await captured(visit)
    expect(values).toMatchObject({
      utm_campaign: 'spring sale',
      first_utm_source: 'tiktok',
      landing_page: site.url('/'),
      clicked_at: touches[0]?.at,
    })
    expect(touches).toHaveLength(1)
    expect(visit.errors).toEqual([])
  })

  it('brings it to another subdomain', async () => {
    const visit = await browser.page()
    await visit.goto(site.url(`/?${CLICK}`))
    await visit.goto(site.url('/form', 'forms.shop.test'))
    await filled(visit, '[name=ttclid]', 'E.C.P.first')
    expect((await visit.context().cookies()).map(({ domain }) => domain)).toEqual(['.shop.test'])
  })

  it('but not to another site', async () => {
    const visit = await browser.page()
    await visit.goto(site.url(`/?${CLICK}`))
    await visit.goto(site.url('/form', 'www.other.test'))
    expect((await captured(visit)).values.ttclid).toBe(undefined)
  })

  it('notices a click that comes without a page load', async () => {
    const visit = await browser.page()
    await visit.goto(site.url('/form'))
    await visit.evaluate(`history.pushState({}, '', '/form?${CLICK}')`)
    await filled(visit, '[name=ttclid]', 'E.C.P.first')
    expect((await captured(visit)).touches).toHaveLength(2)
  })

  it('hands on the newest click with its time and keeps the oldest visit as the first', async () => {
    const visit = await browser.page()
    await visit.goto(site.url('/?utm_source=newsletter'))
    await visit.goto(site.url('/?ttclid=E.C.P.old&utm_source=tiktok'))
    await visit.goto(site.url('/?ttclid=E.C.P.new&utm_source=tiktok&utm_id=7'))
    // A bookmark of an old landing page is no new click.
    await visit.goto(site.url('/?ttclid=E.C.P.old&utm_source=tiktok'))
    const { values, touches } = await captured(visit)
    expect(values).toMatchObject({ ttclid: 'E.C.P.new', utm_id: '7', first_utm_source: 'newsletter' })
    expect(values.clicked_at).toBe(touches[2]?.at)
    expect(touches.map(({ pageUrl }) => new URL(pageUrl).searchParams.get('ttclid'))).toEqual([
      null,
      'E.C.P.old',
      'E.C.P.new',
    ])
  })

  it('keeps the first and the latest of very many visits', async () => {
    const visit = await browser.page()
    await visit.goto(site.url('/?gclid=click1'))
    await visit.evaluate(
      `for (let n = 2; n < 13; n++) localStorage.closeback += '^' + (Date.now() - 20 + n) + '|https://www.shop.test/||gclid=click' + n`,
    )
    await visit.goto(site.url('/?gclid=click13'))
    const { touches } = await captured(visit)
    expect(touches.map(({ pageUrl }) => new URL(pageUrl).searchParams.get('gclid'))).toEqual(
      [1, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((n) => `click${n}`),
    )
  })

  it('tells a visit from another site from a step inside', async () => {
    const visit = await browser.page()
    site.pages.set('/links', page(`<a href="${site.url('/landing')}">there</a>`))
    await visit.goto(site.url('/links', 'blog.stranger.test'))
    await visit.click('a')
    await visit.waitForURL('**/landing')
    expect((await captured(visit)).touches).toMatchObject([{ referrer: site.url('/', 'blog.stranger.test') }])
    await visit.goto(site.url('/links', 'blog.shop.test'))
    await visit.click('a')
    await visit.waitForURL('**/landing')
    expect((await captured(visit)).touches).toHaveLength(1)
  })

  it('forgets a click after 28 days and a visit after 90', async () => {
    const visit = await browser.page()
    const days = (n: number) => Date.now() - n * 86_400_000
    await visit.goto(site.url('/form'))
    await visit.evaluate(
      `localStorage.closeback = 'abcdefabcdef^${days(91)}|https://www.shop.test/||gclid=veryold^${days(29)}|https://www.shop.test/||ttclid=E.C.P.old&utm_source=tiktok'`,
    )
    await visit.context().clearCookies()
    await visit.reload()
    const { values, touches } = await captured(visit)
    expect(values).toMatchObject({ utm_source: 'tiktok', closeback_id: 'abcdefabcdef' })
    expect(values).not.toHaveProperty('ttclid')
    expect(touches).toHaveLength(1)
  })

  it('reads the cookie of the TikTok pixel', async () => {
    const visit = await browser.page()
    await visit.goto(site.url('/'))
    await visit
      .context()
      .addCookies([{ name: '_ttp', value: '2F7h37YkS1j57AYSKTI7IHhJPYH', url: site.url('/') }])
    await visit.goto(site.url('/form'))
    expect((await captured(visit)).values.ttp).toBe('2F7h37YkS1j57AYSKTI7IHhJPYH')
  })
})
