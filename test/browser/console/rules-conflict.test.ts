import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ask } from '../../e2e/http/ask.ts'
import { Browser } from '../../e2e/http/browser.ts'
import { type Rig, startRig, WORKSPACE } from '../../e2e/http/rig.ts'
import { describeInBrowser, useBrowser } from '../../support/browser.ts'
import { built } from './built.ts'
import { plantOctober } from './report-world.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const [WON] = WORKSPACE.rules
const QUALIFIED = {
  ...WON,
  id: 'qualified',
  when: { stage: 'qualified' },
  send: { event: 'Lead', to: ['us-brand'], value: { from: 'amount' } },
}

describeInBrowser('the rules', () => {
  const browser = useBrowser()
  let rig: Rig
  let editor = ''
  let cookie: { name: string; value: string; url: string }
  beforeAll(async () => {
    await built()
    rig = await startRig({ workspace: { ...WORKSPACE, rules: [WON, QUALIFIED] } })
    const { ledger } = rig.closeback
    await plantOctober(ledger)
    // A third of the deals came to nothing after all, so that there is a win rate to speak of.
    await sql`update deals set known = replace(known, '"milestone":"won"', '"milestone":"lost"') where id % 3 = 0`.execute(
      ledger.db,
    )
    editor = await rig.key('editor')
    const token = /(cb_\S+)/.exec(rig.told.join(''))?.[1]
    const owner = new Browser(rig.url)
    const made = { email: 'ada@shop.example', name: 'Ada', password: 'correct horse battery staple', token }
    expect((await owner.ask('POST /owner', made)).status).toBe(201)
    const [name = '', value = ''] = (owner.cookie ?? '').split('=')
    cookie = { name, value, url: rig.url }
  })
  afterAll(() => rig.end())

  async function open(): Promise<Page> {
    const context = await browser.context({ reducedMotion: 'reduce' })
    context.setDefaultTimeout(60_000)
    await context.addCookies([cookie])
    const page = await context.newPage()
    await page.goto(`${rig.url}/rules`)
    await page.getByRole('table', { name: 'Rules' }).waitFor()
    return page
  }
  const rulesNow = async () => (await ask(rig.url, 'GET /rules', { key: editor })).json

  it('take a value that win rates suggest into the draft, and another’s version under it, losing neither', async () => {
    const page = await open()
    const suggestion = page.getByRole('button', { name: /^Send \d+ % of the amount$/ })
    const percent = /\d+/.exec((await suggestion.textContent()) ?? '')?.[0]
    await suggestion.click()
    await page.getByRole('button', { name: 'Save as a version' }).waitFor()
    // Once it is in the draft there is nothing left to suggest.
    expect(await suggestion.count()).toBe(0)

    // Meanwhile somebody else changes one rule in another way, and adds one.
    const { revision, rules } = await rulesNow()
    const theirs = rules.map((rule: { id: string; send: object }) =>
      rule.id === 'qualified' ? { ...rule, send: { ...rule.send, event: 'Contact' } } : rule,
    )
    const lost = { ...WON, id: 'lost', when: { stage: 'lost' }, send: { event: 'Contact', to: ['us-brand'] } }
    const saved = await ask(rig.url, 'PUT /rules', {
      key: editor,
      body: { base: revision, rules: [...theirs, lost] },
    })
    expect(saved.status).toBe(200)

    await page.getByRole('button', { name: 'Save as a version' }).click()
    const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else changed the rules' })
    await conflict.getByText('lost added; qualified changed').waitFor()
    await conflict.getByRole('radio', { name: 'Yours' }).waitFor()
    expect((await rulesNow()).revision).toBe(saved.json.revision)

    await conflict.getByRole('button', { name: /^Put your changes onto version/ }).click()
    await page.getByRole('button', { name: 'Save as a version' }).click()
    await page.getByText(/Saved as version/).waitFor()
    const after = (await rulesNow()).rules
    expect(after.map(({ id }: { id: string }) => id)).toEqual(['won', 'qualified', 'lost'])
    expect(after[1].send).toMatchObject({ event: 'Lead', value: { from: 'amount', percent } })
  })
})
