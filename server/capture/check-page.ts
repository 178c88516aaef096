import { randomBytes } from 'node:crypto'
import type { Browser, Page, Response } from 'playwright-core'
import { SECOND } from '../../core/model/time.ts'
import { type Finding, failed, fine, notChecked } from '../commands/finding.ts'
import type { GuardOptions } from '../guarded-request.ts'
import { findChromium } from './chromium.ts'
import { findForm } from './find-form.ts'
import { startGuardedProxy } from './guarded-proxy.ts'
import { judgeFields } from './judge-fields.ts'
import { judgeScript } from './judge-script.ts'
import { startVisit } from './visit.ts'

const OPEN_MS = 20 * SECOND
/** Most clicks on TikTok are made on a phone. */
const PHONE = { width: 412, height: 660 }

/** What following a click showed, step by step, and what the last page looked like. */
export interface PageCheck {
  ok: boolean
  /** Without one on this machine nothing was looked at. */
  hasBrowser: boolean
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
  /** Hears of each step as soon as it is known. */
  tell?: (finding: Finding) => void
}

/** Follows a click with a click id of its own to the form, in a browser, and tells where it was lost. Submits nothing. */
export async function checkPage(options: PageCheckOptions): Promise<PageCheck> {
  const browser = await launch(options.env)
  if (browser === null) {
    const remedy = 'Install Chromium and playwright-core where this runs, or set CHROMIUM_PATH.'
    const nothing = notChecked('browser', 'There is no browser here to follow a click with.', remedy)
    return { ok: false, hasBrowser: false, findings: [nothing], screenshot: null }
  }
  const proxy = options.allowPrivate ? null : await startGuardedProxy(options)
  try {
    const server = proxy && { server: proxy.url, bypass: '<-loopback>' }
    const context = await browser.newContext({ viewport: PHONE, ...(server && { proxy: server }) })
    context.setDefaultTimeout(OPEN_MS)
    const page = await context.newPage()
    const findings: Finding[] = []
    for await (const finding of followClick(page, options)) {
      findings.push(finding)
      options.tell?.(finding)
    }
    const ok = findings.every(({ status }) => status !== 'failed')
    const screenshot = await page.screenshot({ timeout: OPEN_MS }).catch(() => null)
    return { ok, hasBrowser: true, findings, screenshot }
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

/** The same on a page that is open already, and of which anything may be asked: each step as soon as it is known. */
export async function* followClick(
  page: Page,
  { url, form }: Pick<PageCheckOptions, 'url' | 'form'>,
): AsyncGenerator<Finding> {
  const ttclid = `E.C.P.check-${randomBytes(6).toString('hex')}`
  const visit = await startVisit(page)
  const landed = await land(page, withClick(url, ttclid), ttclid)
  yield landed.finding
  if (!landed.there) return
  const script = await judgeScript(visit, ttclid)
  // What a redirect dropped, the script cannot know.
  const isLost = landed.finding.status === 'failed'
  yield* isLost ? script.findings.filter(({ name }) => name !== 'click id') : script.findings
  if (!script.knows) return

  const found = await findForm(visit, form)
  if (found === null) return void (yield noForm(form))
  yield fine('form', found.detail)
  if (found.steps > 0) {
    const later = await judgeScript(visit, ttclid)
    if (!later.knows) return yield* later.findings.map((each) => ({ ...each, name: `${each.name} there` }))
    yield fine('on the way', 'The click id is still known on the page with the form.')
  }
  yield* await judgeFields(visit, ttclid)
}

function noForm(form: string | null): Finding {
  return form === null
    ? failed(
        'form',
        'No form was found on this page, nor behind its links.',
        'Name the page it is on: as the page with the form, or with --form URL.',
      )
    : failed('form', 'No form was found on the page that is named.', 'Check the address of the form.')
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
    return { there: false, finding: notOpened(error) }
  }
  if (response && response.status() >= 400) {
    const detail = `The page answers ${response.status()}.`
    return { there: false, finding: failed('landing page', detail, 'Check the address.') }
  }
  // A person moves, and some pages load their scripts only then.
  await page.mouse.move(200, 200)
  await page.mouse.wheel(0, 200)
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

const WHY_NOT: [RegExp, string, string][] = [
  [/NAME_NOT_RESOLVED/, 'its name leads nowhere', 'Check the address.'],
  [/TUNNEL_CONNECTION_FAILED/, 'it is not public, or nothing answers there', 'Check the address.'],
  [/CERT|SSL/, 'its certificate is not one that browsers trust', 'Renew the certificate.'],
  [/TOO_MANY_REDIRECTS/, 'it redirects for ever', 'Correct the redirects of the page.'],
]

function notOpened(error: unknown): Finding {
  const said = error instanceof Error ? error.message : ''
  const known = WHY_NOT.find(([pattern]) => pattern.test(said))
  const [, why, remedy] = known ?? [
    '',
    /net::(\w+)/.exec(said)?.[1] ?? 'it took longer than 20 s',
    'Check the address, and that this machine reaches it.',
  ]
  return failed('landing page', `The page could not be opened: ${why}.`, remedy)
}

function carries(url: string, ttclid: string): boolean {
  return new URL(url).searchParams.get('ttclid') === ttclid
}

function short(url: string): string {
  const { host, pathname } = new URL(url)
  return host + pathname
}
