import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../server/commands/run.ts'
import type { Terminal } from '../../../server/terminal/terminal.ts'
import { usePostgres } from '../../support/postgres.ts'
import { Browser } from './browser.ts'
import { type Rig, startRig } from './rig.ts'

const OWNER = { email: 'Owner@shop.example', name: 'Olga', password: 'correct horse battery staple' }
const GUEST = { name: 'Gus', password: 'another long pass phrase' }

function tests(start: () => Promise<Rig>) {
  let rig: Rig
  let setupKey: string
  const owner = () => new Browser(rig.url)
  const signedIn = async ({ email, password } = OWNER) => {
    const browser = owner()
    expect((await browser.ask('POST /session', { email, password })).status).toBe(200)
    return browser
  }
  /** Invites, follows the link, and is signed in. */
  const joined = async (role: string, email: string) => {
    const { json } = await (await signedIn()).ask('POST /invitations', { email, role })
    const token = new URL(json.url).hash.slice(1)
    const browser = owner()
    expect((await browser.ask('POST /join', { token, ...GUEST })).status).toBe(200)
    return { browser, token }
  }

  beforeAll(async () => {
    rig = await start()
    setupKey = /set-up key .*: (cb_\S+)/.exec(rig.told.join(''))?.[1] ?? ''
  })
  afterAll(() => rig.end())

  it('the first start prints a link at which the first owner is made, once', async () => {
    expect(rig.told.join('')).toContain(`${rig.url}/start#${setupKey}`)
    const first = owner()
    expect((await first.ask('GET /session')).json).toMatchObject({ person: null, may: [], firstStart: true })
    expect((await first.ask('POST /owner', { ...OWNER, token: 'cb_wrong' })).status).toBe(401)
    const weak = await first.ask('POST /owner', { ...OWNER, token: setupKey, password: 'short' })
    expect(weak.status).toBe(400)
    expect(weak.json.errors).toEqual([{ path: 'password', message: 'use at least 12 characters' }])
    const made = await first.ask('POST /owner', { ...OWNER, token: setupKey })
    expect(made.status).toBe(201)
    expect(made.json.person).toMatchObject({ email: 'owner@shop.example', role: 'owner' })
    expect((await first.ask('GET /people')).json.people).toHaveLength(1)
    expect(
      (await owner().ask('POST /owner', { ...OWNER, email: 'b@b.example', token: setupKey })).status,
    ).toBe(409)
    const { status } = await owner().ask('GET /people', undefined, { authorization: `Bearer ${setupKey}` })
    expect(status, 'the set-up key after that').toBe(401)
  })

  it('signs in by address and password in any case, and says the same of a wrong one and of nobody', async () => {
    const browser = await signedIn({ ...OWNER, email: 'OWNER@shop.example ' })
    expect((await browser.ask('GET /session')).json.person.name).toBe('Olga')
    const wrong = await owner().ask('POST /session', { email: OWNER.email, password: 'wrong' })
    const nobody = await owner().ask('POST /session', { email: 'nobody@shop.example', password: 'wrong' })
    expect([wrong.status, wrong.json]).toEqual([401, nobody.json])
  })

  it('the cookie is for this host and out of reach of scripts and other sites', async () => {
    const answer = await fetch(`${rig.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: OWNER.email, password: OWNER.password }),
    })
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^closeback=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/)
    expect(cookie).not.toContain('Domain')
  })

  it('a session id that somebody planted is not the one that is signed in (fault 41)', async () => {
    const browser = owner()
    browser.cookie = 'closeback=s%3Aplanted.planted'
    await browser.ask('POST /session', OWNER_LOGIN)
    expect(browser.cookie).not.toContain('planted')
    const before = browser.cookie
    await browser.ask('POST /session', OWNER_LOGIN)
    expect(browser.cookie).not.toBe(before)
    const old = owner()
    old.cookie = before
    expect((await old.ask('GET /people')).status, 'the session before').toBe(401)
  })

  it('nothing is changed by a page of another site, or without the token of the session (fault 41)', async () => {
    const browser = await signedIn()
    const forged: Record<string, string | null>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: rig.url, 'sec-fetch-site': 'cross-site' },
      { origin: null, 'sec-fetch-site': 'same-site' },
      { 'x-csrf-token': null },
      { 'x-csrf-token': 'guessed' },
      { 'x-csrf-token': (await signedIn()).csrf },
    ]
    for (const headers of forged) {
      for (const route of ['POST /pause', 'DELETE /session', 'POST /push']) {
        expect((await browser.ask(route, undefined, headers)).status, JSON.stringify(headers)).toBe(403)
      }
    }
    expect((await browser.ask('GET /status')).json.paused).toBe(false)
    for (const headers of forged.slice(0, 4)) {
      expect((await owner().ask('POST /session', OWNER_LOGIN, headers)).status).toBe(403)
    }
    expect((await browser.ask('POST /pause')).status).toBe(200)
    expect((await browser.ask('POST /resume')).status).toBe(200)
  })

  it('who signed out is out, with the cookie they had too (fault 41)', async () => {
    const browser = await signedIn()
    const { cookie } = browser
    expect((await browser.ask('DELETE /session')).status).toBe(204)
    browser.cookie = cookie
    expect((await browser.ask('GET /people')).status).toBe(401)
    expect((await browser.ask('GET /session')).json.person).toBeNull()
  })

  it('a link of an invitation works once, and a role is what it is now, not what it was (fault 41)', async () => {
    const { browser, token } = await joined('admin', 'guest@shop.example')
    expect((await owner().ask('POST /join', { token, ...GUEST })).status).toBe(404)
    expect((await browser.ask('GET /activity')).status).toBe(200)
    const { person } = (await browser.ask('GET /session')).json
    const boss = await signedIn()
    expect((await boss.ask(`PUT /people/${person.id}`, { role: 'viewer' })).json.role).toBe('viewer')
    expect((await browser.ask('GET /activity')).status, 'lowered in mid-session').toBe(403)
    expect((await browser.ask('POST /push')).status).toBe(403)
    expect((await browser.ask('GET /status')).status).toBe(200)
    expect((await boss.ask(`DELETE /people/${person.id}`)).status).toBe(204)
    expect((await browser.ask('GET /status')).status, 'removed in mid-session').toBe(401)
  })

  it('the last owner stays one', async () => {
    const boss = await signedIn()
    const { person } = (await boss.ask('GET /session')).json
    expect((await boss.ask(`PUT /people/${person.id}`, { role: 'admin' })).status).toBe(409)
    expect((await boss.ask(`DELETE /people/${person.id}`)).status).toBe(409)
  })

  it('a person and a key of one role may do the same, in every role (fault 40)', async () => {
    const routes = ['GET /status', 'POST /push', 'GET /activity', 'GET /people', 'GET /api-keys']
    for (const role of ['owner', 'admin', 'editor', 'viewer'] as const) {
      const { browser } = await joined(role, `second-${role}@shop.example`)
      const key = await rig.key(role)
      for (const route of routes) {
        const person = (await browser.ask(route)).status
        const { status } = await owner().ask(route, undefined, { authorization: `Bearer ${key}` })
        expect(person, `${route} as ${role}`).toBe(status)
      }
    }
  })

  it('"user reset" makes a link to a new password, which ends the sessions there were', async () => {
    const { browser } = await joined('viewer', 'forgetful@shop.example')
    const out: string[] = []
    const terminal = {
      env: {
        CLOSEBACK_HOME: rig.home,
        DATABASE_URL: rig.config.databaseUrl ?? '',
        CLOSEBACK_SECRET_KEY: rig.config.secretKey ?? '',
      },
      cwd: rig.home,
      width: 80,
      out: (text: string) => out.push(text),
      err: (text: string) => out.push(text),
      now: Date.now,
      stop: new AbortController().signal,
    } as unknown as Terminal
    expect(await run(['user', 'reset', 'nobody@shop.example'], terminal)).toBe(1)
    expect(await run(['user', 'reset', 'Forgetful@shop.example', '--json'], terminal)).toBe(0)
    const token = new URL(JSON.parse(out.at(-1) ?? '').url).hash.slice(1)
    const look = await owner().ask('POST /join/look', { token })
    expect(look.json).toEqual({ kind: 'reset', email: 'forgetful@shop.example', role: 'viewer' })
    const again = owner()
    expect((await again.ask('POST /join', { token, password: 'a wholly new pass phrase' })).status).toBe(200)
    expect((await browser.ask('GET /status')).status).toBe(401)
    expect((await again.ask('GET /status')).status).toBe(200)
    await signedIn({ email: 'forgetful@shop.example', name: '', password: 'a wholly new pass phrase' })
  })

  it('a new password ends the other sessions, and asks for the present one', async () => {
    const { browser } = await joined('viewer', 'careful@shop.example')
    const other = await signedIn({ email: 'careful@shop.example', ...GUEST })
    const next = { password: 'yet another pass phrase' }
    const wrong = await browser.ask('PUT /session/password', { ...next, current: 'wrong' })
    expect(wrong.json.errors[0].path).toBe('current')
    const body = { ...next, current: GUEST.password }
    expect((await browser.ask('PUT /session/password', body)).status).toBe(204)
    expect((await browser.ask('GET /status')).status).toBe(200)
    expect((await other.ask('GET /status')).status).toBe(401)
  })

  it('the audit log says who did what, and keeps no address', async () => {
    const { json } = await (await signedIn()).ask('GET /activity')
    expect(json.entries[0]).toMatchObject({ verb: expect.any(String), actor: expect.any(String) })
    const roles = json.entries.find(({ verb }: { verb: string }) => verb === 'role')
    expect(roles).toMatchObject({ person: 'owner@shop.example', detail: 'admin to viewer' })
    const rows = await rig.closeback.ledger.db.selectFrom('journal').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('@shop.example')
  })

  it('guessing ends after ten tries at one account, also with the right password', async () => {
    const guess = (password: string) =>
      owner().ask('POST /session', { email: 'guessed@shop.example', password })
    for (let tries = 0; tries < 10; tries++) expect((await guess('wrong')).status).toBe(401)
    const refused = await guess('right')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await signedIn()
  })
}

const { name: _, ...OWNER_LOGIN } = OWNER

describe('signing in, on SQLite', () => tests(() => startRig()))

describe('signing in, on PostgreSQL', () => {
  const postgres = usePostgres()
  tests(async () => {
    const key = Buffer.alloc(32, 5).toString('base64')
    return startRig({ env: { DATABASE_URL: await postgres.freshDatabase(), CLOSEBACK_SECRET_KEY: key } })
  })
})
