import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemShape } from '../../../server/openapi/shapes.ts'
import { item, post, type Rig, startRig, WORKSPACE } from './rig.ts'

const OTHER_SECRET = `whsec_${Buffer.from('the secret of another source....').toString('base64')}`

describe('requests that prove nothing', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ limits: { maxUnproven: 5 } })
  })
  afterAll(() => rig.end())

  const wrong = (headers: Record<string, string> = {}) =>
    post(rig.url, item(), { sign: { secret: OTHER_SECRET }, headers })
  const withKey = (authorization: string) =>
    fetch(`${rig.url}/hooks/webhook/shop-crm`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    })

  it('are not limited where a proxy of the own network hands them on, which is all one address', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'via']) {
      for (let at = 0; at < 10; at++) expect((await wrong({ [name]: '203.0.113.7' })).status).toBe(401)
    }
  })

  it('are counted by address; past the limit nothing is looked at any more, and the answer says how long', async () => {
    // Who is let in is not counted, however often.
    for (let at = 0; at < 20; at++) expect((await post(rig.url, item())).status).toBe(202)
    const counted = [
      () => wrong(),
      () => withKey('Bearer cb_wrong'),
      () => withKey('Basic b3duZXI6'),
      async () => withKey(`Bearer ${await rig.key('sender', 'other-crm')}`),
      () => wrong({ 'webhook-signature': '' }),
    ]
    for (const call of counted) expect([401, 403]).toContain((await call()).status)
    const rows = await stored()
    const cut = await post(rig.url, item())
    expect([cut.status, cut.type]).toEqual([429, 'application/problem+json'])
    expect(ProblemShape.parse(cut.json)).toEqual(cut.json)
    expect(cut.json).toMatchObject({ code: 'too_many', status: 429 })
    expect(Number(cut.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(cut.headers.get('ratelimit')).toMatch(/^"unproven-by-address"; r=0; t=\d+/)
    expect(cut.headers.get('ratelimit-policy')).toContain('q=5; w=10')
    expect(await stored()).toBe(rows)
    // Other routes, and other addresses behind a proxy, are served.
    expect((await fetch(`${rig.url}/healthz`)).status).toBe(200)
    expect((await post(rig.url, item(), { headers: { via: '1.1 proxy' } })).status).toBe(202)
  })

  async function stored(): Promise<number> {
    return (await rig.closeback.ledger.db.selectFrom('inbox').select('id').execute()).length
  }
})

describe('requests of one source', () => {
  let rig: Rig
  beforeAll(async () => {
    const [first, ...others] = WORKSPACE.sources
    const sources = [{ ...first, limits: { requestsPerMinute: 3 } }, ...others]
    rig = await startRig({ workspace: { ...WORKSPACE, sources } })
  })
  afterAll(() => rig.end())

  it('are cut past what the workspace says, before anything of them is kept', async () => {
    // Whoever has not proven to be the source takes nothing from its share.
    for (let at = 0; at < 5; at++) {
      expect((await post(rig.url, item(), { sign: { secret: OTHER_SECRET } })).status).toBe(401)
    }
    for (let left = 2; left >= 0; left--) {
      const taken = await post(rig.url, item())
      expect(taken.status).toBe(202)
      expect(taken.headers.get('ratelimit')).toMatch(new RegExp(`^"source"; r=${left}; t=\\d+`))
    }
    const said = item()
    const cut = await post(rig.url, said)
    expect([cut.status, cut.type]).toEqual([429, 'application/problem+json'])
    expect(ProblemShape.parse(cut.json)).toEqual(cut.json)
    expect(Number(cut.headers.get('retry-after'))).toBeGreaterThan(0)
    const { db } = rig.closeback.ledger
    expect(await db.selectFrom('inbox').select('id').execute()).toHaveLength(3)
    expect(await db.selectFrom('inbox').select('id').where('key', '=', `id:${said.id}`).execute()).toEqual([])

    const key = await rig.key('sender', 'shop-crm')
    for (const type of ['application/json', 'application/x-ndjson']) {
      const answer = await fetch(`${rig.url}/hooks/webhook/shop-crm`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': type },
        body: JSON.stringify(item()),
      })
      expect(answer.status, type).toBe(429)
    }
    expect(await db.selectFrom('ingests').select('id').execute()).toEqual([])
    // Others are not concerned.
    expect((await post(rig.url, item(), { source: 'other-crm' })).status).toBe(202)
  })

  it('get another limit as soon as the workspace says so', async () => {
    const [first, ...others] = WORKSPACE.sources
    const settings = { ...WORKSPACE, sources: [{ ...first, limits: { requestsPerMinute: 100 } }, ...others] }
    const options = { actor: 'test', prune: false, dryRun: false }
    await rig.closeback.apply(JSON.stringify(settings), 'test', options)
    expect((await post(rig.url, item())).status).toBe(202)
  })
})
