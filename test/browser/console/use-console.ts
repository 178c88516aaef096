import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Role } from '../../../core/ledger/api-keys.ts'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import type { SeedInput } from '../../../fixtures/sandbox/tiktok/seed.ts'
import { Browser } from '../../e2e/http/browser.ts'
import { type Rig, startRig } from '../../e2e/http/rig.ts'
import { useBrowser } from '../../support/browser.ts'
import { built } from './built.ts'

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const PASSWORD = 'correct horse battery staple'
const BUSY_MS = 60_000
const HOOK_MS = 180_000

/** Everybody who can sign in to the console; a sender cannot. */
export type PersonRole = Exclude<Role, 'sender'>
export const PEOPLE = ['owner', 'admin', 'editor', 'viewer'] as const satisfies readonly PersonRole[]

export interface Opened extends Page {
  /** What the page threw or logged as an error, but for answers of the API that say no. */
  errors: string[]
}

export interface ConsoleUnderTest {
  rig: Rig
  sandbox: TikTokSandbox
  /** A person of this role, signed in, for calls beside the pages. */
  person(role: PersonRole): Promise<Browser>
  /** The only page of a fresh profile in which somebody of this role (the owner unless told) is signed in. */
  open(path: string, options?: BrowserContextOptions & { as?: PersonRole }): Promise<Opened>
}

/**
 * The built console of a real host beside a TikTok sandbox, with an owner; the others join when they are first asked for.
 * Call it inside `describeInBrowser`; what it gives is there from the first test on.
 */
export function useConsole({
  seed,
  ...options
}: Parameters<typeof startRig>[0] & { seed?: SeedInput } = {}): ConsoleUnderTest {
  const browser = useBrowser()
  const people = new Map<PersonRole, Promise<Browser>>()
  const console = {} as ConsoleUnderTest

  beforeAll(async () => {
    await built()
    console.sandbox = await startTikTokSandbox(seed && { seed })
    const env = { TIKTOK_API_URL: console.sandbox.url, ...options.env }
    console.rig = await startRig({ ...options, env })
    people.set('owner', firstOwner(console.rig))
    await people.get('owner')
  }, HOOK_MS)
  afterAll(async () => {
    await console.rig?.end()
    await console.sandbox?.close()
  }, HOOK_MS)

  console.person = (role) => {
    const known = people.get(role)
    if (known) return known
    const joined = console.person('owner').then((owner) => join(console.rig, owner, role))
    people.set(role, joined)
    return joined
  }
  console.open = async (path, { as = 'owner', ...rest } = {}) => {
    const { cookie } = await console.person(as)
    const context = await browser.context({ reducedMotion: 'reduce', ...rest })
    context.setDefaultTimeout(BUSY_MS)
    const [name = '', value = ''] = (cookie ?? '').split('=')
    await context.addCookies([{ name, value, url: console.rig.url }])
    const page = Object.assign(await context.newPage(), { errors: [] as string[] })
    page.on('pageerror', (error) => page.errors.push(error.message))
    page.on('console', (line) => {
      // A browser notes every answer of 400 and more; the page shows it, which is what is tested.
      if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
        page.errors.push(line.text())
    })
    await page.goto(console.rig.url + path)
    return page
  }
  return console
}

async function firstOwner(rig: Rig): Promise<Browser> {
  const token = /(cb_\S+)/.exec(rig.told.join(''))?.[1]
  const owner = new Browser(rig.url)
  const made = { email: 'owner@shop.example', name: 'Olga', password: PASSWORD, token }
  expect((await owner.ask('POST /owner', made)).status).toBe(201)
  return owner
}

async function join(rig: Rig, owner: Browser, role: PersonRole): Promise<Browser> {
  const invited = await owner.ask('POST /invitations', { email: emailOf(role), role })
  const token = new URL(invited.json.url).hash.slice(1)
  const person = new Browser(rig.url)
  expect((await person.ask('POST /join', { token, name: role, password: PASSWORD })).status).toBe(200)
  return person
}

function emailOf(role: PersonRole): string {
  return `${role}@shop.example`
}

/** Signs in on the page that asks for it. */
export async function signIn(page: Page, role: PersonRole): Promise<void> {
  await page.getByLabel('E-mail').fill(emailOf(role))
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** What axe finds in the very state the page is in: each kind with what shows it. */
export async function inaccessible(page: Page): Promise<string[]> {
  // The policy of the page lets no script in but the console's own: axe goes through the debugger.
  await page.evaluate(await readFile(AXE, 'utf8'))
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' ')))`)
}

/** Pixels that the page is wider than what is seen of it. */
export async function sideways(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
}
