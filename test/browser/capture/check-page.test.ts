import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { checkPage, followClick } from '../../../server/capture/check-page.ts'
import { startGuardedProxy } from '../../../server/capture/guarded-proxy.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { page, useSite } from './site.ts'

const FIELDS = '<input type="hidden" name="ttclid"><input type="hidden" name="utm_campaign">'
const form = (fields: string) =>
  `<form><input type="email" name="email">${fields}<button>Send</button></form>`

describeInBrowser('following a click to the form', () => {
  const browser = useBrowser()
  const site = useSite()
  // What is served here redirects, which the site's pages do not.
  let redirector: Server
  let target = ''
  beforeAll(async () => {
    redirector = createServer((_req, res) => res.writeHead(302, { location: target }).end())
    await new Promise<void>((done) => redirector.listen(0, '127.0.0.1', done))
  })
  afterAll(() => new Promise((done) => redirector.close(done)))
  beforeEach(() => site.pages.clear())

  const at = (path: string) => site.url(path, '127.0.0.1')
  async function check(path: string, url = at(path)) {
    const findings = await Array.fromAsync(followClick(await browser.page(), { url, form: null }))
    const ok = findings.every(({ status }) => status !== 'failed')
    return { ok, said: Object.fromEntries(findings.map(({ name, ...rest }) => [name, rest])) }
  }

  it('says step by step that it arrived, behind a link', async () => {
    site.pages.set('/', page('<a href="/about">About</a> <a href="/contact">Contact</a>'))
    site.pages.set('/contact', page(form(FIELDS)))
    const { ok, said } = await check('/')
    expect(ok).toBe(true)
    expect(Object.values(said).map(({ status }) => status)).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'not_checked',
    ])
    expect(said.form?.detail).toContain('/contact')
    expect(said['field for the click id']?.detail).toBe('ttclid holds it.')
  })

  it('is done in a browser of its own, which shows where it ended', async () => {
    site.pages.set('/', page(form(FIELDS)))
    const asked = { url: at('/'), form: null, allowPrivate: true, env: process.env }
    const { ok, screenshot } = await checkPage(asked)
    expect(ok).toBe(true)
    expect(screenshot?.subarray(1, 4).toString()).toBe('PNG')
  })

  it('names the redirect that dropped it', async () => {
    site.pages.set('/', page(form(FIELDS)))
    target = at('/')
    const { port } = redirector.address() as AddressInfo
    const { ok, said } = await check('/', `http://127.0.0.1:${port}/from-the-ad`)
    expect(ok).toBe(false)
    expect(said['landing page']).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('/from-the-ad'),
    })
  })

  const LATE: [what: string, script: string][] = [
    ['after seconds of stillness', `setTimeout(come, 2500)`],
    ['with an answer that is slow', `fetch('/slow').then(come)`],
    ['when somebody moves', `addEventListener('mousemove', come, { once: true })`],
  ]
  it.each(LATE)('waits for what comes %s, under a policy without eval', async (_what, when) => {
    const html = `<!doctype html><link rel="icon" href="data:,"><script src="/late.js"></script>${form(FIELDS)}`
    site.pages.set('/', {
      html,
      headers: { 'content-security-policy': "default-src 'self'; img-src data:" },
    })
    const script = `function come() {
      document.head.append(Object.assign(document.createElement('script'), { src: '/capture.js' }))
    }
    ${when}`
    site.pages.set('/late.js', { html: script, headers: { 'content-type': 'text/javascript' } })
    site.pages.set('/slow', { html: '', afterMs: 2500 })
    const { ok } = await check('/')
    expect(ok).toBe(true)
  })

  const LOST: [
    what: string,
    html: string | { html: string; headers: Record<string, string> },
    step: string,
    detail: RegExp,
  ][] = [
    ['the script is missing', `<!doctype html>${form(FIELDS)}`, 'script', /not on/],
    [
      'a policy blocks it',
      { html: page(form(FIELDS)), headers: { 'content-security-policy': "script-src 'none'" } },
      'script',
      /keeps it from running/,
    ],
    [
      'consent is waited for',
      page(form(FIELDS), { tag: 'data-consent="tcf"' }),
      'consent',
      /waits for consent/,
    ],
    ['the field is missing', page(form('')), 'field for the click id', /no field/],
    [
      'the field is too short',
      page(form('<input type="text" hidden name="ttclid" maxlength="10">')),
      'field for the click id',
      /10 characters/,
    ],
    [
      'the page fills it by itself',
      page(form('<input type="hidden" name="ttclid" value="own">')),
      'field for the click id',
      /of the page's own/,
    ],
    [
      'the form is in a frame of another site',
      page(
        '<iframe src="http://localhost:9/forms.html"></iframe><iframe src="data:text/html,hsforms"></iframe>',
      ),
      'field for the click id',
      /frame of localhost/,
    ],
  ]
  it.each(LOST)('says it when %s', async (_what, html, step, detail) => {
    site.pages.set('/', html)
    const { ok, said } = await check('/')
    expect(ok).toBe(false)
    expect(said[step]).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(detail),
      remedy: expect.any(String),
    })
  })
})

it('the proxy lets nothing out that is not public https', async () => {
  const proxy = await startGuardedProxy({
    allowPrivate: false,
    resolve: async () => [{ address: '10.0.0.1', family: 4 }],
  })
  const { request } = await import('node:http')
  const { port } = new URL(proxy.url)
  const asked = (path: string) =>
    new Promise<number>((done, failed) => {
      const asking = request({ host: '127.0.0.1', port, method: 'CONNECT', path })
      asking.once('connect', (response) => done(response.statusCode ?? 0))
      asking.once('response', (response) => done(response.statusCode ?? 0))
      asking.once('error', failed).end()
    })
  try {
    for (const path of [
      '127.0.0.1:443',
      '169.254.169.254:443',
      '[::1]:443',
      'rebound.example:443',
      '8.8.8.8:22',
      'x',
    ])
      expect(await asked(path), path).toBe(403)
    const plain = await new Promise<number>((done) =>
      request({ host: '127.0.0.1', port, path: 'http://127.0.0.1/' }, (response) =>
        done(response.statusCode ?? 0),
      ).end(),
    )
    expect(plain).toBe(403)
  } finally {
    proxy.close()
  }
})
