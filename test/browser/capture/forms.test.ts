import type { BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { filled, page, TEST_NAMES, useSite } from './site.ts'

const TTCLID = 'E.C.P.CsYBabc-123_x'
/** As the pages of the builders show them; ids and names are made up. */
const KINDS: [kind: string, body: string, selectors: string[], tag?: string][] = [
  ['a plain form', '<form><input type="hidden" name="ttclid"></form>', ['[name=ttclid]']],
  [
    'HubSpot, older embed: a frame of the same origin',
    `<div id="here"></div><script>
      const frame = document.createElement('iframe')
      frame.className = 'hs-form-iframe'
      here.append(frame)
      frame.contentDocument.body.innerHTML = '<form class="hs-form"><input type="hidden" class="hs-input" name="ttclid"></form>'
    </script>`,
    ['iframe >> [name=ttclid]'],
  ],
  [
    'HubSpot, newer embed in the page',
    '<div class="hs-form-html"><form><input type="hidden" name="0-1/ttclid"><input type="hidden" name="0-1/hs_tiktok_click_id"></form></div>',
    ['[name="0-1/ttclid"]', '[name="0-1/hs_tiktok_click_id"]'],
  ],
  [
    'Salesforce web-to-lead: field ids',
    '<form action="https://webto.salesforce.test/servlet"><input type="hidden" name="oid" value="00D000000000001"><input type="hidden" id="00N5e00000AbCdE" name="00N5e00000AbCdE"></form>',
    ['[name="00N5e00000AbCdE"]'],
    `data-fields='{"ttclid":"00N5e00000AbCdE"}'`,
  ],
  [
    'Webflow',
    '<form data-name="Email Form"><input class="w-input hidden" type="text" id="TTCLID" name="TTCLID" data-name="TTCLID" maxlength="256"></form>',
    ['#TTCLID'],
  ],
  [
    'Elementor',
    '<form><input type="hidden" name="form_fields[ttclid]"></form>',
    ['[name="form_fields[ttclid]"]'],
  ],
  [
    'Gravity Forms: numbered names',
    '<form><input type="hidden" name="input_7" id="input_1_7"></form>',
    ['[name=input_7]'],
    `data-fields='{"ttclid":["input_7"]}'`,
  ],
  [
    'Contact Form 7',
    '<form class="wpcf7-form"><input type="hidden" name="ttclid" value=""></form>',
    ['[name=ttclid]'],
  ],
]

describeInBrowser('three pages after the click', () => {
  const browser = useBrowser(TEST_NAMES)
  const site = useSite()
  let visitor: BrowserContext
  beforeAll(async () => {
    visitor = await browser.context({ lasts: true })
    const first = await visitor.newPage()
    await first.goto(site.url(`/?ttclid=${TTCLID}&utm_source=tiktok&utm_campaign=spring%20%26%20co`))
    for (const path of ['/one', '/two']) await first.goto(site.url(path))
    await first.close()
  })
  const open: Page[] = []
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })
  const show = async (body: string, tag = '') => {
    site.pages.set('/form', page(body, { tag }))
    const shown = await visitor.newPage()
    open.push(shown)
    await shown.goto(site.url('/form'))
    return shown
  }

  it.each(KINDS)('the click stands in %s', async (_kind, body, selectors, tag) => {
    const shown = await show(body, tag)
    for (const selector of selectors) {
      const [frame, inside] = selector.split(' >> ')
      if (inside)
        await expect
          .poll(() =>
            shown
              .frameLocator(frame ?? '')
              .locator(inside)
              .inputValue(),
          )
          .toBe(TTCLID)
      else await filled(shown, selector, TTCLID)
    }
  })

  it('it stands in the URL of frames and links of Typeform, Calendly and whom the site names', async () => {
    const shown = await show(
      `<iframe id="tf" src="http://form.typeform.com.test/to/x"></iframe>
       <iframe id="booking" src="http://calendly.com.test/ada/30min?embed_type=Inline&utm_source=own"></iframe>
       <a id="link" href="http://calendly.com.test/ada">book</a>
       <div id="widget" class="calendly-inline-widget" data-url="http://calendly.com.test/ada"></div>
       <div id="live" data-tf-live="abc" data-tf-hidden="plan=pro"></div>
       <a id="other" href="http://elsewhere.test/">elsewhere</a>`,
      `data-embeds='{"typeform.com.test":{},"calendly.com.test":{"ttclid":"utm_term"}}'`,
    )
    const attribute = (selector: string, name: string) => shown.locator(selector).getAttribute(name)
    await expect.poll(() => attribute('#tf', 'src')).toContain(`ttclid=${TTCLID}`)
    const typeform = new URL((await attribute('#tf', 'src')) ?? '')
    expect(new URLSearchParams(typeform.hash.slice(1)).get('utm_campaign')).toBe('spring & co')
    const booking = new URL((await attribute('#booking', 'src')) ?? '')
    // What the site wrote there itself stays.
    expect(Object.fromEntries(booking.searchParams)).toMatchObject({
      utm_source: 'own',
      utm_campaign: 'spring & co',
      utm_term: TTCLID,
      embed_type: 'Inline',
    })
    expect(await attribute('#link', 'href')).toContain(`utm_term=${TTCLID}`)
    expect(await attribute('#widget', 'data-url')).toContain(`utm_term=${TTCLID}`)
    expect(await attribute('#live', 'data-tf-hidden')).toMatch(/^plan=pro,.*ttclid=E\.C\.P/)
    expect(await attribute('#other', 'href')).toBe('http://elsewhere.test/')
  })

  it('HubSpot is handed it through its own interface where the form is in a frame of theirs', async () => {
    const shown = await show(`<script>
      window.set = {}
      window.HubSpotFormsV4 = { getForms: () => [{
        getFormFieldValues: async () => [{ name: '0-1/ttclid', value: '' }, { name: '0-1/utm_source', value: 'typed' }, { name: '0-1/email', value: '' }],
        setFieldValue: (name, value) => { window.set[name] = value },
      }] }
      dispatchEvent(new Event('hs-form-event:on-ready'))
    </script>`)
    await shown.waitForFunction(`window.set['0-1/ttclid']`)
    expect(await shown.evaluate('window.set')).toEqual({ '0-1/ttclid': TTCLID })
  })

  it('a form that comes later is filled, and told so as if a person had typed', async () => {
    const shown = await show('<div id="here"></div>')
    await shown.evaluate(`
      here.innerHTML = '<form><input name="ttclid" type="hidden"></form>'
      window.heard = []
      for (const type of ['input', 'change']) here.addEventListener(type, () => window.heard.push(type))
    `)
    await filled(shown, '[name=ttclid]', TTCLID)
    expect(await shown.evaluate('window.heard')).toEqual(['input', 'change'])
  })

  it('what a person typed, and what the page itself wrote, stays', async () => {
    const shown = await show(
      '<form><input name="utm_source" id="typed"><input type="hidden" name="ttclid" value="own"><input name="utm_campaign" id="emptied"></form>',
    )
    await filled(shown, '#emptied', 'spring & co')
    await shown.fill('#typed', '')
    await shown.locator('#typed').pressSequentially('a friend')
    await shown.fill('#emptied', '')
    await shown.locator('#emptied').pressSequentially('x')
    await shown.locator('#emptied').press('Backspace')
    await shown.evaluate('closeback.fill()')
    expect(await shown.inputValue('#typed')).toBe('a friend')
    expect(await shown.inputValue('#emptied')).toBe('')
    expect(await shown.inputValue('[name=ttclid]')).toBe('own')
  })

  it('a field too short for the click id stays empty rather than hold half of it', async () => {
    const shown = await show(
      '<form><input type="text" hidden name="ttclid" maxlength="5"><input type="hidden" name="utm_source"></form>',
    )
    await filled(shown, '[name=utm_source]', 'tiktok')
    expect(await shown.inputValue('[name=ttclid]')).toBe('')
  })

  it('the journey goes along as the touches of a webhook', async () => {
    const shown = await show('<form><input type="hidden" name="closeback_touches"></form>')
    await shown.waitForFunction(`document.querySelector('input').value`)
    const touches = JSON.parse(await shown.inputValue('input'))
    expect(touches).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        pageUrl: `${site.url('/')}?ttclid=${TTCLID}&utm_source=tiktok&utm_campaign=spring+%26+co`,
      },
    ])
  })
})
