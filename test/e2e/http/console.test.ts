import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTikTokSandbox, type TikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { type Answered, ask } from './ask.ts'
import { Browser } from './browser.ts'
import { item, post, type Rig, startRig, TOKEN } from './rig.ts'

const ADVERTISER = '7000000000000000001'
const OTHER = '7000000000000000002'
const NEW = {
  id: 'eu-brand',
  advertiserId: OTHER,
  currency: 'EUR',
  timezone: 'Europe/Berlin',
  eventSets: { web: 'C4BBBBBBBBBBBBBBBBBB', defaultPageUrl: 'https://shop.example/' },
}

/** What the console's forms send, and what they are told: at which field, in which words. */
describe('the routes of the console', () => {
  let sandbox: TikTokSandbox
  let rig: Rig
  let key: string
  let owner: Browser
  const call = (route: string, body?: unknown): Promise<Answered> =>
    ask(rig.url, route, { key, ...(body !== undefined && { body }) })
  const revision = async (): Promise<number> => (await call('GET /rules')).json.revision
  const bring = (token: string, advertiserId: string) => call('POST /tiktok/token', { token, advertiserId })

  /** Refused with these problems, each at its place; and the settings are what they were. */
  async function expectRefused(asked: () => Promise<Answered>, problems: Record<string, RegExp>) {
    const before = (await call('GET /workspace')).json
    const { status, json } = await asked()
    expect([status, json.detail, json.remedy]).toEqual([400, expect.any(String), expect.stringMatching(/./)])
    for (const [path, words] of Object.entries(problems)) {
      const issue = json.errors?.find((each: { path: string }) => each.path === path)
      expect(issue?.message ?? '', `${path} of ${JSON.stringify(json)}`).toMatch(words)
    }
    expect((await call('GET /workspace')).json).toEqual(before)
  }

  beforeAll(async () => {
    sandbox = await startTikTokSandbox()
    const env = {
      TIKTOK_API_URL: sandbox.url,
      TIKTOK_APP_ID: 'sandbox-app',
      TIKTOK_APP_SECRET: 'sandbox-secret',
    }
    rig = await startRig({ env })
    owner = new Browser(rig.url)
    const token = /(cb_\S+)/.exec(rig.told.join(''))?.[1]
    const made = {
      email: 'owner@shop.example',
      name: 'Olga',
      password: 'correct horse battery staple',
      token,
    }
    expect((await owner.ask('POST /owner', made)).status).toBe(201)
    key = await rig.key('admin')
  })
  afterAll(async () => {
    await rig.end()
    await sandbox.close()
  })

  describe('connections', () => {
    it('need a token, and say at which field one is wrong', async () => {
      await expectRefused(() => call('POST /connections', NEW), {})
      await expectRefused(() => bring('two words', 'my brand'), {
        'body/token': /without spaces/,
        'body/advertiserId': /numeric advertiser id/,
      })
    })

    it('say what is wrong with a new one at its fields, and make none', async () => {
      expect((await bring('sandbox-token-2', OTHER)).status).toBe(204)
      await expectRefused(() => call('POST /connections', { ...NEW, currency: 'Euro' }), {
        'connections[1].currency': /^use an ISO 4217 code/,
      })
      await expectRefused(() => call('POST /connections', { ...NEW, timezone: 'Berlin' }), {
        'connections[1].timezone': /^"Berlin" is not a known time zone/,
      })
      await expectRefused(() => call('POST /connections', { ...NEW, id: 'us-brand' }), {
        'body/id': /name of another connection/,
      })
      await expectRefused(() => call('POST /connections', { ...NEW, id: 'No Name' }), {
        'connections[1].id': /^use 1 to 64/,
      })
      await expectRefused(() => call('POST /connections', { ...NEW, surprise: 1 }), {
        'body/surprise': /not known/,
      })
      // A set that two connections share would count everything twice.
      await expectRefused(
        () => call('POST /connections', { ...NEW, eventSets: { web: 'C4AAAAAAAAAAAAAAAAAA' } }),
        {},
      )
    })

    it('are made once everything is right, and the token is shown nowhere', async () => {
      const { status, json } = await call('POST /connections', NEW)
      expect([status, json.id]).toEqual([201, 'eu-brand'])
      const shown = JSON.stringify([
        (await call('GET /workspace')).json,
        (await call('GET /connections')).json,
      ])
      expect(shown).not.toContain('sandbox-token')
      expect(rig.logged.join('')).not.toContain('sandbox-token-2')
    })

    it('are changed only on top of what the person saw', async () => {
      const base = await revision()
      const change = (code: string) => call('PUT /connections/us-brand', { base, testEventCode: code })
      expect((await change('TEST11111')).status).toBe(200)
      const late = await change('TEST22222')
      expect([late.status, late.json.detail]).toEqual([409, expect.stringContaining('revision')])
      const { connections } = (await call('GET /connections')).json
      expect(connections[0].testEventCode).toBe('TEST11111')
      expect(
        (await call('PUT /connections/us-brand', { base: await revision(), testEventCode: null })).status,
      ).toBe(200)
    })

    it('take a new token only of their own advertiser', async () => {
      await bring('sandbox-token-2', OTHER)
      await expectRefused(() => call('POST /connections/us-brand/reconnect'), {})
      await bring(TOKEN, ADVERTISER)
      expect((await call('POST /connections/us-brand/reconnect')).status).toBe(200)
      // It is used up: the next one is brought anew.
      await expectRefused(() => call('POST /connections/us-brand/reconnect'), {})
    })

    it('send a test event only with a code, to a set that they have', async () => {
      const test = (body: object) => call('POST /connections/eu-brand/test', body)
      await expectRefused(() => test({ code: '' }), { 'body/code': /Test Events tab/ })
      await expectRefused(() => test({ code: 'TEST12345', route: 'crm' }), { 'body/route': /not set/ })
      const { json } = await test({ code: 'TEST12345' })
      expect(json).toMatchObject({ accepted: true, route: 'web' })
      expect(sandbox.state.events.all()).toEqual([])
    })

    it('that are not there say so, whatever is asked of them', async () => {
      for (const [route, body] of [
        ['PUT /connections/none', { base: await revision(), testEventCode: null }],
        ['POST /connections/none/disconnect', { waiting: 'keep' }],
        ['POST /connections/none/pause', undefined],
        ['POST /connections/none/check', undefined],
        ['POST /connections/none/test', { code: 'TEST12345' }],
      ] as const) {
        const { status, json } = await call(route, body)
        expect([status, json.detail], route).toEqual([404, expect.stringContaining('none')])
      }
    })
  })

  describe('sources', () => {
    const source = { id: 'crm-2', adapter: 'webhook', settings: {}, generate: 'signing' }

    it('say at which field they are wrong, and are not made', async () => {
      await expectRefused(() => call('POST /sources', { ...source, id: 'shop-crm' }), {
        'body/id': /name of another source/,
      })
      await expectRefused(() => call('POST /sources', { ...source, adapter: 'unheard-of' }), {
        'sources[2].adapter': /./,
      })
      await expectRefused(() => call('POST /sources', { ...source, settings: { verify: 'trust' } }), {
        'sources[2].settings.verify': /./,
      })
      await expectRefused(() => call('POST /sources', { ...source, secrets: { wrong: 'x' } }), {})
    })

    it('rotate their secret: both are taken until the old one is retired, and each is shown once', async () => {
      const first = (await call('POST /sources', source)).json.secret
      const send = async (secret: string) =>
        (await post(rig.url, item(), { source: 'crm-2', sign: { secret } })).status
      expect(await send(first)).toBe(202)
      const second = (await call('POST /sources/crm-2/secrets/signing/rotate')).json.secret
      expect([await send(first), await send(second)]).toEqual([202, 202])
      const retired = await call('POST /sources/crm-2/secrets/signing/retire')
      expect(retired.json.secret).toBeNull()
      expect([await send(first), await send(second)]).toEqual([401, 202])
      expect(JSON.stringify((await call('GET /workspace')).json)).not.toContain('whsec_')
    })

    it('are changed only on top of what the person saw, and removed with their rules', async () => {
      const base = await revision()
      const settings = { defaultCurrency: 'EUR' }
      expect((await call('PUT /sources/crm-2', { base, settings })).status).toBe(200)
      expect((await call('PUT /sources/crm-2', { base, settings: {} })).status).toBe(409)
      const { sources } = (await call('GET /workspace')).json
      expect(sources[2].settings.defaultCurrency).toBe('EUR')
      const { rules, revision: now } = (await call('GET /rules')).json
      const own = { ...rules[0], id: 'own', source: 'crm-2', when: { stage: 'lost' } }
      expect((await call('PUT /rules', { base: now, rules: [...rules, own] })).status).toBe(200)
      // What it told of still waits to be sent, by a rule that would go with it.
      await expectRefused(() => call('DELETE /sources/crm-2'), {})
      expect((await call('POST /push')).status).toBe(200)
      expect((await call('DELETE /sources/crm-2')).status).toBe(204)
      expect((await call('GET /rules')).json.rules).toEqual(rules)
      for (const route of [
        'DELETE /sources/crm-2',
        'POST /sources/crm-2/sample',
        'POST /sources/crm-2/check',
      ])
        expect((await call(route)).status, route).toBe(404)
    })
  })

  describe('rules', () => {
    it('say what is wrong at their fields, in the preview as when they are saved', async () => {
      const { rules, revision: base } = (await call('GET /rules')).json
      await expectRefused(() => call('POST /rules/preview', { rules: [{ ...rules[0], audience: 'all' }] }), {
        'rules[0].audience': /./,
      })
      await expectRefused(() => call('PUT /rules', { base, rules: [{ ...rules[0], audience: 'all' }] }), {
        'rules[0].audience': /./,
      })
      const nowhere = [{ ...rules[0], send: { ...rules[0].send, to: ['nowhere'] } }]
      await expectRefused(() => call('PUT /rules', { base, rules: nowhere }), {
        'rules[0].send.to[0]': /nowhere/,
      })
      await expectRefused(() => call('PUT /rules', { rules }), { 'body/base': /./ })
    })

    it('are saved only on top of what the person saw; of two at once, one is told of the other', async () => {
      const { rules, revision: base } = (await call('GET /rules')).json
      const save = (audience: string) => call('PUT /rules', { base, rules: [{ ...rules[0], audience }] })
      const answers = await Promise.all([save('tiktok'), save('any'), save('tiktok')])
      const statuses = answers.map(({ status }) => status)
      // Who asks for what is there already changes nothing, so that it does not matter who was first.
      expect(statuses.filter((status) => status === 409).length).toBeGreaterThan(0)
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0)
      expect(await revision()).toBeLessThanOrEqual(base + 1)
    })

    it('come back from an earlier version; one that was removed since gets another id', async () => {
      const { rules, revision: base } = (await call('GET /rules')).json
      const lost = { ...rules[0], id: 'lost', when: { stage: 'lost' } }
      const added = (await call('PUT /rules', { base, rules: [...rules, lost] })).json.revision
      const removed = (await call('PUT /rules', { base: added, rules })).json.revision
      const { status, json } = await call('POST /rules/revert', { base: removed, to: added })
      expect([status, json.renamed]).toEqual([200, { lost: 'lost-2' }])
      const { rules: now } = (await call('GET /rules')).json
      expect(now.map(({ id }: { id: string }) => id)).toEqual([rules[0].id, 'lost-2'])
      const stale = await call('POST /rules/revert', { base: removed, to: base })
      const unknown = await call('POST /rules/revert', { base: await revision(), to: 9999 })
      expect([stale.status, unknown.status]).toEqual([409, 404])
      const { versions } = (await call('GET /versions')).json
      expect(versions[0]).toMatchObject({ revision: json.revision, person: null })
    })
  })

  it('settings say at which field a rate or a number of days is wrong', async () => {
    const base = await revision()
    const rates = [{ date: '2026-13-01', from: 'EUR', to: 'USD', rate: 'much' }]
    await expectRefused(() => call('PUT /settings', { base, rates }), { 'body/rates/0/rate': /./ })
    await expectRefused(() => call('PUT /settings', { base, retention: { payloadDays: 0 } }), {
      'body/retention/payloadDays': /./,
    })
  })

  describe('a consent', () => {
    const begin = async (browser: Browser, connection: string | null = null) =>
      new URL((await browser.ask('POST /tiktok/consent', { connection })).json.url)
    /** What the browser is sent to after TikTok's answer. */
    const back = async (query: Record<string, string>, cookie = owner.cookie) => {
      const answer = await fetch(`${rig.url}/oauth/tiktok/callback?${new URLSearchParams(query)}`, {
        redirect: 'manual',
        headers: { cookie: cookie ?? '' },
      })
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      return answer.headers.get('location')
    }
    const agreed = async (url: URL) => {
      const answer = await fetch(url, { redirect: 'manual' })
      return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams)
    }

    it('belongs to somebody who is signed in, at a host that has an app', async () => {
      await expectRefused(() => call('POST /tiktok/consent', {}), {})
      const plain = await startRig()
      try {
        const admin = await plain.key('admin')
        const { status, json } = await ask(plain.url, 'POST /tiktok/consent', { key: admin, body: {} })
        expect([status, json.remedy]).toEqual([400, expect.stringContaining('TIKTOK_APP_ID')])
      } finally {
        await plain.end()
      }
    })

    it('is ended by the browser that began it, once, with a code that is new', async () => {
      const query = await agreed(await begin(owner, 'us-brand'))
      expect(await back(query, null)).toContain('trouble=state')
      // The try of a stranger used it up.
      expect(await back(query)).toContain('trouble=state')

      const second = await agreed(await begin(owner, 'us-brand'))
      expect(await back(second)).toBe('/connections/new?granted=1&connection=us-brand')
      expect(await back(second)).toContain('trouble=state')
      const { state = '' } = await agreed(await begin(owner))
      expect(await back({ state, auth_code: second.auth_code ?? '' })).toContain('trouble=code')
      expect((await owner.ask('GET /tiktok/grant')).json.grant.advertisers).toHaveLength(2)
    })

    it('that was denied, or that TikTok does not answer, changes nothing', async () => {
      const state = async () => (await begin(owner)).searchParams.get('state') ?? ''
      expect(await back({ state: await state() })).toBe('/connections/new?trouble=denied')
      const before = sandbox.state.tokens.all().length
      sandbox.state.faults.set([
        { kind: 'reset', match: { path: '/oauth2/access_token/' }, times: 'forever' },
      ])
      expect(await back(await agreed(await begin(owner)))).toContain('trouble=unavailable')
      sandbox.state.faults.clear()
      expect(sandbox.state.tokens.all()).toHaveLength(before)
    })

    it('leaves neither code nor token in a log', async () => {
      const query = await agreed(await begin(owner))
      await back(query)
      const logged = rig.logged.join('')
      expect(logged).not.toContain(query.auth_code)
      expect(logged).not.toContain('sandbox-oauth-')
    })
  })
})
