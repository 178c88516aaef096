import { randomBytes } from 'node:crypto'
import type { Browser, Page, Response } from 'playwright-core'
import { SECOND } from '../../core/model/time.ts'
import { type Finding, failed, fine, notChecked } from '../commands/finding.ts'
import type { GuardOptions } from '../guarded-request.ts'
import { findChromium } from './chromium.ts'
import { type FoundForm, findForm } from './find-form.ts'
import { startGuardedProxy } from './guarded-proxy.ts'
import { judgeFields } from './judge-fields.ts'
import { judgeScript } from './judge-script.ts'

const OPEN_MS = 20 * SECOND

/** What following a click showed, step by step, and what the last page looked like. */
export interface PageCheck {
  ok: boolean
  findings: Finding[]
  /** PNG of the page with the form, or of where it ended; `null` without a browser. */
  screenshot: Buffer | null
}

export interface PageCheckOptions extends GuardOptions {
  /** Where the ad leads. */
  url: string
  /** Where the form is, when it is not found by itself. */
  form: string | null
  env: Readonly<Record<string, string | undefined>>
}

/** Follows a click with a click id of its own to the form, in a browser, and tells where it was lost. Submits nothing. */
export async function checkPage(options: PageCheckOptions): Promise<PageCheck> {
  const browser = await launch(options.env)
  if (browser === null) {
    const remedy = 'Install Chromium and playwright-core where this runs, or set CHROMIUM_PATH.'
    const nothing = notChecked('browser', 'There is no browser here to follow a click with.', remedy)
    return { ok: false, findings: [nothing], screenshot: null }
  }
  const proxy = options.allowPrivate ? null : await startGuardedProxy(options)
  try {
    const server = proxy && { server: proxy.url, bypass: '<-loopback>' }
    const context = await browser.newContext(server ? { proxy: server } : {})
    context.setDefaultTimeout(OPEN_MS)
    const page = await context.newPage()
    const findings = await followClick(page, options)
    const ok = findings.every(({ status }) => status !== 'failed')
    return { ok, findings, screenshot: await page.screenshot({ timeout: OPEN_MS }).catch(() => null) }
  } finally {
    await browser.close()
    proxy?.close()
  }
}

async function launch(env: PageCheckOptions['env']): Promise<Browser | null> {
  const found = await findChromium(env)
  const playwright = found && (await import('playwright-core').catch(() => null))
  return playwright ? playwright.chromium.launch(found) : null
}

/** The same on a page that is open already, and of which anything may be asked. */
export async function followClick(
  page: Page,
  { url, form }: Pick<PageCheckOptions, 'url' | 'form'>,
): Promise<Finding[]> {
  const ttclid = `E.C.P.check-${randomBytes(6).toString('hex')}`
  const findings: Finding[] = []
  const landed = await land(page, withClick(url, ttclid), ttclid)
  findings.push(landed.finding)
  if (!landed.there) return findings
  const script = await judgeScript(page, ttclid)
  findings.push(...script.findings)
  if (!script.knows) return findings

  const found: FoundForm | null = form === null ? await findForm(page) : await findForm(page, form)
  if (found === null) {
    const remedy = 'Name the page it is on with --form URL.'
    return [...findings, failed('form', 'No form was found on this page, nor behind its links.', remedy)]
  }
  findings.push(fine('form', found.detail))
  if (found.steps > 0) {
    const later = await judgeScript(page, ttclid)
    if (!later.knows)
      return [...findings, ...later.findings.map((each) => ({ ...each, name: `${each.name} there` }))]
    findings.push(fine('on the way', 'The click id is still known on the page with the form.'))
  }
  return [...findings, ...(await judgeFields(page, ttclid))]
}

function withClick(url: string, ttclid: string): string {
  const target = new URL(url)
  const click = { ttclid, utm_source: 'tiktok', utm_medium: 'paid_social', utm_campaign: 'closeback-check' }
  for (const [name, value] of Object.entries(click)) target.searchParams.set(name, value)
  return target.href
}

/** Opens the landing page; says at which redirect the click id went, if it did. */
async function land(page: Page, url: string, ttclid: string): Promise<{ there: boolean; finding: Finding }> {
  let response: Response | null
  try {
    response = await page.goto(url, { waitUntil: 'load', timeout: OPEN_MS })
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'no answer'
    const detail = `The page could not be opened: ${why.replace(/^page\.goto: /, '').split(' at ')[0]}.`
    return {
      there: false,
      finding: failed('landing page', detail, 'Check the address, and that this machine reaches it.'),
    }
  }
  if (response && response.status() >= 400) {
    const detail = `The page answers ${response.status()}.`
    return { there: false, finding: failed('landing page', detail, 'Check the address.') }
  }
  const hops: string[] = []
  for (let request = response?.request() ?? null; request; request = request.redirectedFrom())
    hops.unshift(request.url())
  const lost = hops.findIndex((each) => !carries(each, ttclid))
  if (lost > 0) {
    const [from, to] = [short(hops[lost - 1] ?? ''), short(hops[lost] ?? '')]
    return {
      there: true,
      finding: failed(
        'landing page',
        `The redirect from ${from} to ${to} dropped the click id.`,
        `Let ${from} keep the query string when it redirects.`,
      ),
    }
  }
  const how = hops.length > 1 ? `after ${hops.length - 1} redirects, ` : ''
  return { there: true, finding: fine('landing page', `Opened ${how}with the click id in its address.`) }
}

function carries(url: string, ttclid: string): boolean {
  return new URL(url).searchParams.get('ttclid') === ttclid
}

function short(url: string): string {
  const { host, pathname } = new URL(url)
  return host + pathname
}
