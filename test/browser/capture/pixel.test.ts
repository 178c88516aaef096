import { beforeEach, expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { filled, page, TEST_NAMES, useSite } from './site.ts'

const FORM =
  '<form action="/sent" method="post"><input name="email"><input type="hidden" name="event_id"><input type="hidden" name="event_name"><button>Send</button></form>'
const PIXEL =
  '<script>window.heard = JSON.parse(sessionStorage.heard ?? "[]"); window.ttq = { track(...said) { heard.push(said); sessionStorage.heard = JSON.stringify(heard) } }</script>'

describeInBrowser('the pixel and the form', () => {
  const browser = useBrowser(TEST_NAMES)
  const site = useSite()
  beforeEach(() => {
    site.pages.clear()
    site.posted.length = 0
  })

  it('say one event id when the form is sent', async () => {
    site.pages.set('/form', page(FORM, { before: PIXEL, tag: 'data-event="Lead"' }))
    const visit = await browser.page()
    await visit.goto(site.url('/form'))
    await visit.click('button')
    await visit.waitForURL('**/sent')
    const sent = new URLSearchParams(site.posted[0]?.body)
    expect(sent.get('event_name')).toBe('Lead')
    expect(sent.get('event_id')).toMatch(/^[0-9a-f]{32}$/)
    expect(JSON.parse((await visit.evaluate('sessionStorage.heard')) as string)).toEqual([
      ['Lead', {}, { event_id: sent.get('event_id') }],
    ])
  })

  it('do so too when the page tracks by itself, before or after it asked for the id', async () => {
    site.pages.set('/form', page(FORM, { before: PIXEL }))
    const visit = await browser.page()
    await visit.goto(site.url('/form'))
    const asked = await visit.evaluate(`closeback.eventId('Purchase')`)
    const tracked = await visit.evaluate(`closeback.track('Purchase', { value: 249, currency: 'USD' })`)
    expect(tracked).toBe(asked)
    await filled(visit, '[name=event_id]', String(asked))
    expect(await visit.inputValue('[name=event_name]')).toBe('Purchase')
    expect(await visit.evaluate('window.heard')).toEqual([
      ['Purchase', { value: 249, currency: 'USD' }, { event_id: asked }],
    ])
  })

  it('a second event of the same name gets another id, in the form as well', async () => {
    site.pages.set('/form', page(FORM, { before: PIXEL }))
    const visit = await browser.page()
    await visit.goto(site.url('/form'))
    const [one, two] = (await visit.evaluate(
      `[closeback.track('Lead'), closeback.track('Lead')]`,
    )) as string[]
    expect(two).not.toBe(one)
    expect(await visit.inputValue('[name=event_id]')).toBe(two)
  })

  it('without a pixel nothing breaks, and the form carries the id all the same', async () => {
    site.pages.set('/form', page(FORM, { tag: 'data-event="Lead"' }))
    const visit = await browser.page()
    await visit.goto(site.url('/form'))
    await visit.click('button')
    await visit.waitForURL('**/sent')
    expect(new URLSearchParams(site.posted[0]?.body).get('event_id')).toMatch(/^[0-9a-f]{32}$/)
    expect(visit.errors).toEqual([])
  })
})

describeInBrowser('what is told to the host', () => {
  const browser = useBrowser(TEST_NAMES)
  const site = useSite()
  const told = (path = '/collect') =>
    site.posted
      .filter((each) => each.path === path)
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  beforeEach(() => {
    site.posted.length = 0
  })

  it('each visit once, and the digest of the address only with the form', async () => {
    // Digests need a secure context: pages without https have none, but for localhost.
    const at = (path: string) => site.url(path, 'localhost')
    site.pages.set(
      '/form',
      page(FORM.replace('name="email"', 'type="email" name="email"'), { tag: 'data-collect="/collect"' }),
    )
    const visit = await browser.page()
    await visit.goto(at('/form?ttclid=E.C.P.x'))
    await visit.goto(at('/form'))
    await visit.fill('[type=email]', ' Alice_abc@gmail.com')
    expect(told()).toHaveLength(1)
    await visit.click('button')
    await visit.waitForURL('**/sent')
    await expect.poll(() => told().length).toBe(2)
    const [visited, sent] = told()
    expect(visited).toEqual({
      visitor: expect.stringMatching(/^[0-9a-f]{32}$/),
      touches: [{ at: expect.any(String), pageUrl: at('/form?ttclid=E.C.P.x') }],
    })
    expect(sent).toEqual({
      visitor: visited?.visitor,
      // The vector of TikTok's own documents.
      email: '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f',
    })
  })

  it('nothing unless the site says where to', async () => {
    site.pages.set('/form', page(FORM))
    const visit = await browser.page()
    await visit.goto(site.url('/form?ttclid=E.C.P.x', 'localhost'))
    await visit.click('button')
    await visit.waitForURL('**/sent')
    expect(site.posted.map(({ path }) => path)).toEqual(['/sent'])
  })
})
