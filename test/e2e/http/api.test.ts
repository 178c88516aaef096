import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { ask } from './ask.ts'
import { eventually } from './eventually.ts'
import { item, post, type Rig, SECRET, startRig, WORKSPACE } from './rig.ts'

describe('the API', () => {
  let tiktok: Awaited<ReturnType<typeof startTikTokSandbox>>
  let rig: Rig
  let owner = ''
  beforeAll(async () => {
    tiktok = await startTikTokSandbox({ port: 0 })
    rig = await startRig({ env: { TIKTOK_API_URL: tiktok.url } })
    owner = await rig.key('owner')
  })
  afterAll(async () => {
    await rig.end()
    await tiktok.close()
  })
  const api = (route: string, over: Parameters<typeof ask>[2] = {}) =>
    ask(rig.url, route, { key: owner, ...over })

  it('tells the story of a deal from the moment it was received to the moment it was sent', async () => {
    const deal = item({ record: { type: 'deal', id: 'a/b:c ü' } })
    expect((await post(rig.url, deal)).status).toBe(202)
    const path = `/deals/shop-crm/${encodeURIComponent('a/b:c ü')}`
    // The inbox is read soon after the commit; nothing is sent before the next cycle.
    const story = await eventually(async () => {
      const { json } = await api(`GET ${path}`)
      expect(json.stories[0].changes).toHaveLength(1)
      return json.stories[0]
    })
    expect(story.changes[0].deliveries[0]).toMatchObject({
      state: 'waiting',
      value: { amount: '4200.00', currency: 'USD' },
    })

    const pushed = await api('POST /push')
    expect(pushed.json).toMatchObject({ accepted: 1, rejected: 0, failed: [] })
    const { json } = await api(`GET ${path}`)
    expect(json.stories[0].changes[0].deliveries[0].state).toBe('accepted')
    const { json: status } = await api('GET /status')
    expect(status.lastPush.report.accepted).toBe(1)
    expect(status.unread).toBe(0)
    expect(status.deliveries).toContainEqual(
      expect.objectContaining({ state: 'accepted', total: { amount: '4200.00', currency: 'USD' } }),
    )
  })

  it('pages through deliveries by key, newest first, and filters them', async () => {
    await post(rig.url, [item(), item(), item()])
    await post(rig.url, [item()], { source: 'other-crm' })
    const all = await eventually(async () => {
      const { json } = await api('GET /deliveries')
      expect(json.deliveries.length).toBeGreaterThanOrEqual(5)
      return json.deliveries
    })
    const paged: unknown[] = []
    for (let before = ''; ; ) {
      const { json } = await api(`GET /deliveries?limit=2${before}`)
      paged.push(...json.deliveries)
      if (json.before === null) break
      before = `&before=${json.before}`
    }
    expect(paged).toEqual(all)
    const { json: others } = await api('GET /deliveries?source=other-crm')
    expect(others.deliveries).toHaveLength(1)
    const { json: waiting } = await api('GET /deliveries?state=waiting&connection=us-brand')
    expect(new Set(waiting.deliveries.map((each: { state: string }) => each.state))).toEqual(
      new Set(['waiting']),
    )
    const { json: one } = await api(`GET /deliveries/${all[0].id}`)
    expect(one).toEqual(all[0])
  })

  it('lets a person decide, and changes nothing when one of several ids is wrong', async () => {
    await post(rig.url, item())
    const { id } = await eventually(async () => {
      const { json } = await api('GET /deliveries?state=waiting&limit=1')
      return json.deliveries[0]
    })
    const wrong = await api('POST /deliveries/resolve', { body: { ids: [id, 999_999], to: 'drop' } })
    expect(wrong.status).toBe(404)
    expect((await api(`GET /deliveries/${id}`)).json.state).toBe('waiting')
    const dropped = await api('POST /deliveries/resolve', { body: { ids: [id], to: 'drop' } })
    expect(dropped.json.decisions).toMatchObject([{ id, state: 'cancelled', changed: true }])
    const again = await api('POST /deliveries/requeue', { body: { ids: [id] } })
    expect(again.json.decisions).toMatchObject([{ id, state: 'waiting', changed: true }])
  })

  it('pauses and resumes one connection and all of them', async () => {
    const paused = async () => {
      const { json } = await api('GET /status')
      return [json.paused, json.connections[0].paused]
    }
    await api('POST /connections/us-brand/pause')
    expect(await paused()).toEqual([false, true])
    await api('POST /connections/us-brand/resume')
    expect(await paused()).toEqual([false, false])
    await api('POST /pause')
    expect(await paused()).toEqual([true, true])
    await api('POST /resume')
    expect(await paused()).toEqual([false, false])
    expect((await api('POST /connections/nobody/pause')).status).toBe(404)
  })

  it('reads and writes the settings, by revision', async () => {
    const read = await api('GET /workspace')
    const etag = read.headers.get('etag') ?? ''
    expect(etag).toBe('"1"')
    expect((await api('GET /workspace', { headers: { 'if-none-match': etag } })).status).toBe(304)

    const same = await api('PUT /workspace', { body: read.json })
    expect(same.json).toMatchObject({ revision: 1, changes: [] })

    const [connection] = WORKSPACE.connections
    const extra = { ...WORKSPACE, connections: [{ ...connection, windows: { clickDays: 28, viewDays: 1 } }] }
    const dry = await api('PUT /workspace?dryRun', { body: extra })
    expect(dry.json).toMatchObject({
      revision: 1,
      dryRun: true,
      changes: [{ action: 'update', id: 'us-brand' }],
    })
    const done = await api('PUT /workspace', { body: extra, headers: { 'if-match': etag } })
    expect(done.json.revision).toBe(2)
    expect(done.headers.get('etag')).toBe('"2"')
    const late = await api('PUT /workspace', { body: WORKSPACE, headers: { 'if-match': etag } })
    expect(late.status).toBe(412)
    expect((await api('GET /workspace')).headers.get('etag')).toBe('"2"')
  })

  it('seals a secret that is given as a value, and never shows it again', async () => {
    const [source] = WORKSPACE.sources
    const body = {
      version: 1,
      sources: [{ ...source, id: 'sealed', secrets: { signing: { value: SECRET } } }],
    }
    expect((await api('PUT /workspace', { body })).status).toBe(200)
    const { json } = await api('GET /workspace')
    expect(json.sources.find(({ id }: { id: string }) => id === 'sealed').secrets).toEqual({
      signing: { sealed: true },
    })
    expect((await post(rig.url, item(), { source: 'sealed' })).status).toBe(202)
  })

  it('says everything that is wrong with settings, by path', async () => {
    const body = { version: 1, sources: [{ id: 'x', adapter: 'nosuch' }], rules: [{ id: 'r' }], extra: 1 }
    const { status, json } = await api('PUT /workspace', { body })
    expect(status).toBe(400)
    expect(json.errors.length).toBeGreaterThan(3)
  })

  it('takes settings as YAML too, and refuses what is nested too deeply', async () => {
    const headers = { 'content-type': 'application/yaml' }
    expect((await api('PUT /workspace', { raw: 'version: 1\n', headers })).status).toBe(200)
    expect((await api('PUT /workspace', { raw: '['.repeat(200_000) })).status).toBe(400)
    expect(
      (await api('PUT /workspace', { raw: 'x', headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(415)
  })

  it('makes keys, lists them without themselves, and ends them', async () => {
    const made = await api('POST /api-keys', { body: { role: 'viewer' } })
    expect(made.status).toBe(201)
    const { id, key } = made.json
    expect((await api('GET /status', { key })).status).toBe(200)
    const { json } = await api('GET /api-keys')
    expect(json.keys).toContainEqual(expect.objectContaining({ id, role: 'viewer', source: null }))
    expect(JSON.stringify(json)).not.toContain(key)
    expect((await api(`DELETE /api-keys/${id}`)).status).toBe(204)
    expect((await api('GET /status', { key })).status).toBe(401)
    expect((await api(`DELETE /api-keys/${id}`)).status).toBe(404)
    expect((await api('POST /api-keys', { body: { role: 'sender' } })).status).toBe(400)
    expect((await api('POST /api-keys', { body: { role: 'viewer', source: 'shop-crm' } })).status).toBe(400)
    expect((await api('POST /api-keys', { body: { role: 'sender', source: 'nobody' } })).status).toBe(404)
  })
})

describe('the set-up key', () => {
  it('is told once, is an owner, and ends with the first key of an owner', async () => {
    const rig = await startRig()
    try {
      const setup = /cb_[\w-]+/.exec(rig.told.join(''))?.[0] ?? ''
      expect(rig.told).toHaveLength(1)
      expect((await ask(rig.url, 'GET /status', { key: setup })).status).toBe(200)
      const made = await ask(rig.url, 'POST /api-keys', { key: setup, body: { role: 'owner' } })
      expect(made.status).toBe(201)
      expect((await ask(rig.url, 'GET /status', { key: setup })).status).toBe(401)
      const { id, key } = made.json
      expect((await ask(rig.url, 'GET /status', { key })).status).toBe(200)
      await ask(rig.url, `DELETE /api-keys/${id}`, { key })
      expect((await ask(rig.url, 'GET /status', { key: setup })).status).toBe(401)
    } finally {
      await rig.end()
    }
  })
})
