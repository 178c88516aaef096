import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { accountDay } from '../../core/model/account-day.ts'
import { DAY } from '../../core/model/time.ts'
import { startTikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { findChromium } from '../../server/capture/chromium.ts'
import { built } from './console/built.ts'
import { walkFirstSteps } from './console/first-steps.ts'
import { settled } from './console/settled.ts'
import { palettePng } from './palette-png.ts'

/**
 * Pictures of the console for the documents, of the demo's story and of a first start: `npm run screenshots`, or
 * `npm run screenshots -- overview rules` for some of them. `CLOSEBACK_PICTURES` puts them elsewhere.
 */
const ROOT = join(import.meta.dirname, '../..')
const FOLDER = process.env.CLOSEBACK_PICTURES ?? join(ROOT, 'docs/screenshots')
const [MONTH_AGO, TODAY] = [29, 0].map((days) => accountDay(Date.now() - days * DAY, 'America/New_York'))
const PAGES: Record<string, string> = {
  overview: '/',
  connections: '/connections',
  sources: '/sources',
  source: '/sources/shop-crm',
  rules: '/rules',
  deliveries: '/deliveries',
  deal: '/deals/shop-crm/deal:D-6',
  // All of the story, which is told up to now.
  reconciliation: `/reconciliation?from=${MONTH_AGO}&to=${TODAY}`,
  attribution: '/attribution',
  advisor: '/advisor',
  insights: '/insights',
  settings: '/settings',
}
const FIRST_STEPS = 'first-steps'
const WIDE = { width: 1280, height: 900 }
const LOOKS: Record<string, BrowserContextOptions> = {
  '': { colorScheme: 'light', viewport: WIDE },
  '-dark': { colorScheme: 'dark', viewport: WIDE },
  '-narrow': { colorScheme: 'light', viewport: { width: 400, height: 860 } },
}

const asked = process.argv.slice(2)
const wants = (name: string) => asked.length === 0 || asked.includes(name)
const unknown = asked.filter((name) => !(name in PAGES) && name !== FIRST_STEPS)
if (unknown.length > 0) throw new Error(`no pictures of ${unknown.join(', ')}`)
const launch = await findChromium(process.env)
if (launch === null) throw new Error('No Chromium on this machine: install one or set CHROMIUM_PATH.')

await built()
const browser = await chromium.launch(launch)
try {
  if (Object.keys(PAGES).some(wants)) await takeStory(browser)
  if (wants(FIRST_STEPS)) await takeFirstSteps(browser)
} finally {
  await browser.close()
}

async function takeStory(on: Browser): Promise<void> {
  const { told, end } = start(['demo'], { PORT: '0' })
  try {
    const [, url = ''] = await told(/Open the console: +(http\S+)/)
    const [, email = '', password = ''] = await told(/sign in as (\S+) with the password (\S+)/)
    for (const [look, options] of Object.entries(LOOKS)) {
      const context = await on.newContext({ ...options, reducedMotion: 'reduce' })
      context.setDefaultTimeout(120_000)
      const page = await context.newPage()
      await page.goto(url)
      await page.getByLabel('E-mail').fill(email)
      await page.getByRole('textbox', { name: 'Password' }).fill(password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
      for (const [name, path] of Object.entries(PAGES).filter(([each]) => wants(each))) {
        await page.goto(url + path)
        await take(page, `${name}${look}`)
      }
      await context.close()
    }
  } finally {
    await end()
  }
}

async function takeFirstSteps(on: Browser): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'closeback-pictures-'))
  const sandbox = await startTikTokSandbox()
  const { told, end } = start(['serve'], {
    CLOSEBACK_HOME: home,
    PORT: '0',
    TIKTOK_API_URL: sandbox.url,
    LOG_LEVEL: 'silent',
  })
  try {
    const [link = ''] = await told(/http\S+\/start#\S+/)
    const page = await on.newPage({ ...LOOKS[''], reducedMotion: 'reduce' })
    page.setDefaultTimeout(120_000)
    let step = 0
    await walkFirstSteps(page, link, (name) => take(page, `${FIRST_STEPS}-${++step}-${name}`))
    await page.close()
  } finally {
    await end()
    await sandbox.close()
    await rm(home, { recursive: true, force: true })
  }
}

async function take(page: Page, name: string): Promise<void> {
  await settled(page)
  await page.waitForLoadState('networkidle')
  await writeFile(join(FOLDER, `${name}.png`), palettePng(await page.screenshot()))
  process.stderr.write(`${name}\n`)
}

/** One of our commands, and what it tells until it is ended. */
function start(args: readonly string[], env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, [join(ROOT, 'server/closeback.mjs'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const told = (wanted: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = wanted.exec(text)
        if (found) resolve(found)
      }
      child.stderr?.on('data', look)
      child.once('exit', () => reject(new Error(`It ended before it told ${wanted}:\n${text}`)))
      look()
    })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return {
    told,
    end() {
      child.kill('SIGINT')
      return ended
    },
  }
}
