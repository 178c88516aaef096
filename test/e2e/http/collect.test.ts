import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig, WORKSPACE } from './rig.ts'

const SITE = 'https://www.shop.example'
const VISITOR = '0123456789abcdef0123456789abcdef'
const visit = (over: object = {}) => ({
  visitor: VISITOR,
  touches: [{ at: new Date(Date.now() - 1000).toISOString(), pageUrl: `${SITE}/?ttclid=E.C.P.1` }],
  ...over,
})

describe('POST /collect', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ workspace: { ...WORKSPACE, capture: { origins: [SITE] } } })
  })
  afterAll(() => rig.end())

  const post = (body: unknown, headers: Record<string, string> = { origin: SITE }) =>
    fetch(`${rig.url}/collect`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const kept = () => rig.closeback.ledger.db.selectFrom('visits').selectAll().execute()

  it('keeps what pages of a listed site tell, and says and sets nothing', async () => {
    const answer = await post(visit())
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toBe(null)
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(await kept()).toMatchObject([{ visitor: VISITOR }])
  })

  it('refuses every other site, and whoever names none', async () => {
    for (const origin of [
      'https://evil.example',
      `${SITE}.evil.example`,
      'http://www.shop.example',
      'null',
      '',
    ])
      expect((await post(visit(), { origin })).status, origin).toBe(403)
    expect((await post(visit(), {})).status).toBe(403)
  })

  const BAD: [what: string, body: unknown, status: number][] = [
    ['no JSON', 'x', 400],
    ['another shape', [], 400],
    ['a visitor that is no number', visit({ visitor: 'ada@example.com' }), 400],
    ['an address in the clear', visit({ email: 'ada@example.com' }), 400],
    ['unknown members', visit({ __proto__x: 1 }), 400],
    ['too many visits', visit({ touches: Array(11).fill(visit().touches[0]) }), 400],
    ['64 kB', 'x'.repeat(70_000), 413],
  ]
  it.each(BAD)('refuses %s', async (_what, body, status) => {
    expect((await post(body)).status).toBe(status)
  })

  it('leaves out visits of another time, and pages that are none', async () => {
    const before = (await kept()).length
    const touches = [
      { at: new Date(Date.now() + 86_400_000).toISOString(), pageUrl: SITE },
      { at: '2020-01-01T00:00:00Z', pageUrl: SITE },
      { at: new Date().toISOString(), pageUrl: 'javascript:alert(1)' },
    ]
    expect((await post(visit({ touches }))).status).toBe(204)
    expect(await kept()).toHaveLength(before)
  })

  it('takes no more than a person can click from one address', async () => {
    const answers = await Promise.all(Array.from({ length: 130 }, () => post(visit({ touches: [] }))))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 429]))
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).not.toBe(null)
  })
})

describe('GET /capture.js', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig()
  })
  afterAll(() => rig.end())

  it('may be used by pages of any site, is kept an hour, and asked for again by its tag', async () => {
    const answer = await fetch(`${rig.url}/capture.js`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('closeback')
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': expect.stringContaining('max-age=3600'),
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      vary: 'accept-encoding',
    })
    const etag = answer.headers.get('etag') ?? ''
    expect((await fetch(`${rig.url}/capture.js`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const plain = await fetch(`${rig.url}/capture.js`, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBe(null)
  })

  it('and without a list of sites nobody may tell of visits', async () => {
    const answer = await fetch(`${rig.url}/collect`, {
      method: 'POST',
      headers: { origin: SITE },
      body: '{}',
    })
    expect(answer.status).toBe(404)
  })
})
