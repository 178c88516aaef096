import { gzipSync } from 'node:zlib'
import { beforeEach, expect, it } from 'vitest'
import { captureScript } from '../../../server/capture/script.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { captured, filled, page, TEST_NAMES, useSite } from './site.ts'

const FORM =
  '<form><input type="hidden" name="ttclid"><input type="hidden" name="utm_source"><input type="hidden" name="utm_campaign"></form>'

it('the script stays below 4 kB', async () => {
  const { plain } = await captureScript()
  expect(gzipSync(plain, { level: 9 }).length).toBeLessThan(4096)
})

describeInBrowser('a page that is not friendly', () => {
  const browser = useBrowser(TEST_NAMES)
  const site = useSite()
  beforeEach(() => {
    site.pages.clear()
    site.pages.set('/form', page(FORM))
  })

  const HOSTILE: [what: string, query: string, kept: Record<string, string>][] = [
    [
      'values of 10 kB',
      `ttclid=${'x'.repeat(10_000)}&utm_source=${'y'.repeat(10_000)}`,
      { utm_source: 'y'.repeat(200) },
    ],
    [
      'HTML',
      `ttclid=E%3Cimg%20src%3Dx%20onerror%3Dboom()%3E&utm_source=%3Cscript%3Eboom()%3C%2Fscript%3E`,
      { utm_source: 'scriptboom()/script' },
    ],
    [
      '__proto__ and other names of objects',
      'utm_source=a&__proto__=x&constructor=y&utm_source=b&toString=z',
      { utm_source: 'a' },
    ],
    ['control characters', 'ttclid=a%00b&utm_source=a%0d%0ab%1bc', { utm_source: 'abc' }],
    [
      'broken percent-encoding',
      'ttclid=E.C.P.%zz&utm_source=50%',
      { ttclid: 'E.C.P.%zz', utm_source: '50%' },
    ],
    [
      'what is encoded twice',
      'ttclid=E.C.P.%2541&utm_source=a%2520b',
      { ttclid: 'E.C.P.%41', utm_source: 'a%20b' },
    ],
    [
      'placeholders nobody filled in',
      'ttclid=__CLICKID__&utm_source=tiktok&utm_campaign=__CAMPAIGN_NAME__',
      { utm_source: 'tiktok' },
    ],
    ['an e-mail address', 'utm_source=crm&utm_campaign=ada%40example.com', { utm_source: 'crm' }],
    [
      'characters that cookies refuse',
      'ttclid=a;b,c&utm_source=%3B%20%C3%BC%7C%5E',
      { ttclid: 'a;b,c', utm_source: '; ü|^' },
    ],
  ]
  it.each(HOSTILE)('%s in the URL: no error, nothing injected', async (_what, query, kept) => {
    const visit = await browser.page()
    await visit.goto(site.url(`/form?${query}`))
    // From storage it comes back as it was.
    await visit.goto(site.url('/form'))
    const { values } = await captured(visit)
    const named = Object.fromEntries(
      ['ttclid', 'utm_source', 'utm_campaign'].flatMap((name) =>
        values[name] ? [[name, values[name]]] : [],
      ),
    )
    expect(named).toEqual(kept)
    expect(await visit.evaluate('document.querySelectorAll("img, form script").length')).toBe(0)
    expect(visit.errors).toEqual([])
  })

  it('nonsense in its cookie and its storage counts as nothing', async () => {
    const visit = await browser.page()
    await visit.goto(site.url('/form'))
    await visit.evaluate(`
      localStorage.closeback = '{"__proto__":1}^^NaN|x^1e999|^' + Date.now() + '|javascript:boom()|<b>|ttclid=<b>&__proto__=1&utm_source=fine'
      document.cookie = 'closeback=;;;;path=/;domain=.shop.test'
      document.cookie = 'closeback=%%%|^|^' + 'x'.repeat(3000) + ';path=/'
    `)
    await visit.goto(site.url('/form?utm_campaign=next'))
    expect((await captured(visit)).values).toMatchObject({ utm_campaign: 'next', first_utm_source: 'fine' })
    expect(visit.errors).toEqual([])
  })

  const BLOCKED: [what: string, script: string][] = [
    ['cookies are refused', `Object.defineProperty(document, 'cookie', { get: () => '', set() {} })`],
    [
      'cookies throw',
      `Object.defineProperty(document, 'cookie', { get() { throw new Error('denied') }, set() { throw new Error('denied') } })`,
    ],
    [
      'local storage throws',
      `Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied') } })`,
    ],
    [
      'local storage is full',
      `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }
      Object.defineProperty(window, 'localStorage', { value: new Proxy({}, { set() { throw new DOMException('full') } }) })`,
    ],
  ]
  it.each(BLOCKED)('%s: the other place is enough', async (_what, script) => {
    const context = await browser.context()
    await context.addInitScript(script)
    const visit = await context.newPage()
    const errors: string[] = []
    visit.on('pageerror', (error) => errors.push(error.message))
    await visit.goto(site.url('/?ttclid=E.C.P.x&utm_source=tiktok'))
    await visit.goto(site.url('/form'))
    await filled(visit, '[name=ttclid]', 'E.C.P.x')
    expect(errors).toEqual([])
  })

  it('nothing can be stored at all: the form on the landing page is still filled', async () => {
    site.pages.set(
      '/outer',
      `<!doctype html><iframe sandbox="allow-scripts" src="/form?ttclid=E.C.P.x"></iframe>`,
    )
    const visit = await browser.page()
    await visit.goto(site.url('/outer'))
    await expect
      .poll(() => visit.frameLocator('iframe').locator('[name=ttclid]').inputValue())
      .toBe('E.C.P.x')
    expect(visit.errors).toEqual([])
  })

  it('too many long visits for a cookie: the first and the latest go to the subdomain', async () => {
    const visit = await browser.page()
    await visit.goto(site.url('/?gclid=first'))
    for (const n of [1, 2, 3, 4, 5]) await visit.goto(site.url(`/?ttclid=E.C.P.${n}${'x'.repeat(900)}`))
    await visit.goto(site.url('/form', 'forms.shop.test'))
    const { values, touches } = await captured(visit)
    expect(values.ttclid).toBe(`E.C.P.5${'x'.repeat(900)}`)
    expect(touches[0]?.pageUrl).toContain('gclid=first')
  })

  it('two copies on a page are one', async () => {
    site.pages.set(
      '/form',
      page(`${FORM}<script>window.first = closeback</script><script src="/capture.js"></script>`),
    )
    const visit = await browser.page()
    await visit.goto(site.url('/form?ttclid=E.C.P.x'))
    await filled(visit, '[name=ttclid]', 'E.C.P.x')
    expect(await visit.evaluate('window.first === closeback')).toBe(true)
    expect((await captured(visit)).touches).toHaveLength(1)
  })

  it('a policy without inline scripts, eval and styles of others is enough for it', async () => {
    site.pages.set('/form', {
      html: page(FORM),
      headers: { 'content-security-policy': "default-src 'none'; script-src 'self'; img-src data:" },
    })
    const visit = await browser.page()
    await visit.goto(site.url('/form?ttclid=E.C.P.x'))
    await filled(visit, '[name=ttclid]', 'E.C.P.x')
    expect(visit.errors).toEqual([])
  })

  it('a form in a frame of another site is left alone without an error', async () => {
    site.pages.set('/outer', page(`<iframe src="${site.url('/form', 'forms.other.test')}"></iframe>`))
    const visit = await browser.page()
    await visit.goto(site.url('/outer?ttclid=E.C.P.x'))
    const inside = visit.frameLocator('iframe').locator('[name=ttclid]')
    await inside.waitFor({ state: 'attached' })
    await visit.evaluate('closeback.fill()')
    expect(await inside.inputValue()).toBe('')
    expect(visit.errors).toEqual([])
  })

  it('it puts one name on the page and no other', async () => {
    const visit = await browser.page()
    site.pages.set(
      '/bare',
      '<!doctype html><link rel="icon" href="data:,"><script>window.before = Object.getOwnPropertyNames(window)</script>',
    )
    await visit.goto(site.url('/bare'))
    await visit.addScriptTag({ url: '/capture.js' })
    expect(
      await visit.evaluate(
        'Object.getOwnPropertyNames(window).filter((name) => name !== "before" && !window.before.includes(name))',
      ),
    ).toEqual(['closeback'])
  })

  it('500 fields and 200 links are gone through, and only its own field is filled', async () => {
    const many = Array.from({ length: 500 }, (_, n) => `<input name="field_${n}">`).join('')
    const links = Array.from({ length: 200 }, (_, n) => `<a href="http://elsewhere.test/${n}">x</a>`).join('')
    site.pages.set('/large', page(`<form>${many}<input type="hidden" name="ttclid"></form>${links}`))
    const visit = await browser.page()
    await visit.goto(site.url('/large?ttclid=E.C.P.x'))
    await filled(visit, '[name=ttclid]', 'E.C.P.x')
    expect(
      await visit.evaluate('[...document.querySelectorAll("input")].filter(({ value }) => value).length'),
    ).toBe(1)
    expect(await visit.evaluate('document.querySelectorAll("a[href*=ttclid]").length')).toBe(0)
    expect(visit.errors).toEqual([])
  })
})
