import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Planted, plant } from '../../analysis/planted.ts'
import { ask } from './ask.ts'
import { eventually } from './eventually.ts'
import { item, post, type Rig, startRig, WORKSPACE } from './rig.ts'

describe('what the pages of the console ask', () => {
  let rig: Rig
  let viewer = ''
  beforeAll(async () => {
    rig = await startRig()
    viewer = await rig.key('viewer')
  })
  afterAll(() => rig.end())
  const api = (route: string, over: Parameters<typeof ask>[2] = {}) =>
    ask(rig.url, route, { key: viewer, ...over })

  it('tells of campaigns a viewer may see, over the periods of the overview and no other', async () => {
    const { status, json } = await api('GET /overview/campaigns?days=7')
    expect(status).toBe(200)
    expect(json.connections).toMatchObject([
      { connectionId: 'us-brand', currency: 'USD', lines: [], others: 0 },
    ])
    expect((await api('GET /overview/campaigns?days=30')).status).toBe(400)
    expect((await api('GET /overview/campaigns?connection=none')).json).toEqual({ connections: [] })
  })

  it('counts for each rule what TikTok accepted in 30 days, without Test Events and what is older', async () => {
    const DAY = 86_400_000
    const now = Date.now()
    const value = { minor: 100, currency: 'USD' }
    const sent = (days: number, over: { test?: boolean; state?: 'rejected' } = {}): Planted => ({
      wonAt: now - days * DAY,
      amountThen: value,
      amountNow: value,
      stillWon: true,
      deleted: false,
      deliveries: [
        { state: over.state ?? 'accepted', at: now - days * DAY, value, test: over.test ?? false },
      ],
      reason: null,
      click: null,
      listed: null,
    })
    expect((await api('GET /rules/counts')).json.counts).toEqual([])
    await plant(rig.closeback.ledger, [
      sent(1),
      sent(29),
      sent(31),
      sent(2, { test: true }),
      sent(2, { state: 'rejected' }),
    ])
    const { json } = await api('GET /rules/counts')
    expect(json.counts).toEqual([{ ruleId: 'won', connectionId: 'us-brand', count: 2 }])
  })

  it('previews rules with the deals behind the difference, to editors', async () => {
    const editor = await rig.key('editor')
    const { json: said } = await api('GET /rules')
    const [rule] = said.rules
    const body = { rules: [{ ...rule, send: { ...rule.send, event: 'Lead' } }], days: 1 }
    await post(rig.url, item({ record: { type: 'deal', id: 'D-sample' } }))
    await eventually(async () => {
      const { json } = await api('POST /rules/preview', { key: editor, body })
      expect(json.samples).toMatchObject([
        {
          record: { id: 'D-sample' },
          before: { event: 'Purchase' },
          after: { event: 'Lead' },
          inLedger: true,
        },
      ])
    })
    expect((await api('POST /rules/preview', { body })).status).toBe(403)
  })

  it('lists single journeys a page at a time, and refuses a cursor that is none', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    const page = `GET /reports/attribution/journeys?from=${yesterday}&to=${yesterday}`
    const { status, json } = await api(page)
    expect(status).toBe(200)
    expect(json).toMatchObject({ connectionId: 'us-brand', before: null })
    expect((await api(`${page}&before=x`)).status).toBe(400)
  })
})

describe('long work', () => {
  let rig: Rig
  let admin = ''
  beforeAll(async () => {
    const [connection] = WORKSPACE.connections
    const { startAt: _, ...fromNow } = connection ?? {}
    rig = await startRig({ workspace: { ...WORKSPACE, connections: [fromNow] } })
    admin = await rig.key('admin')
  })
  afterAll(() => rig.end())
  const api = (route: string, over: Parameters<typeof ask>[2] = {}) =>
    ask(rig.url, route, { key: admin, ...over })

  async function ended(id: number) {
    return eventually(async () => {
      const { json } = await api(`GET /runs/${id}`)
      expect(json.state).not.toBe('running')
      return json
    })
  }

  it('is begun, found again by its id and in the list of its source, and tells what came of it', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    await post(rig.url, item({ record: { type: 'deal', id: 'D-before' }, occurredAt: hourAgo }))
    await eventually(async () => {
      const { json } = await api('GET /deals/shop-crm/D-before')
      expect(json.stories[0].changes).toHaveLength(1)
    })
    const since = new Date(Date.now() - 86_400_000).toISOString()
    const counted = await api('POST /sources/shop-crm/backfill', { body: { since } })
    expect(counted.status).toBe(202)
    expect(await ended(counted.json.run.id)).toMatchObject({
      kind: 'backfill',
      state: 'done',
      writes: false,
      count: 1,
      total: 1,
      backfill: { planned: 1, made: 0, lines: [{ event: 'Purchase', count: 1 }] },
      install: null,
    })
    expect((await api('GET /deliveries')).json.deliveries).toEqual([])

    const sent = await api('POST /sources/shop-crm/backfill', { body: { since, write: true } })
    expect(await ended(sent.json.run.id)).toMatchObject({
      state: 'done',
      writes: true,
      backfill: { made: 1 },
    })
    expect((await api('GET /deliveries')).json.deliveries).toMatchObject([{ state: 'waiting' }])
    const { json } = await api('GET /runs?source=shop-crm')
    expect(json.runs.map(({ id }: { id: number }) => id)).toEqual([sent.json.run.id, counted.json.run.id])
  })

  it('is refused before it begins where there is nothing to do it with', async () => {
    expect(
      (await api('POST /sources/none/backfill', { body: { since: '2026-01-01T00:00:00Z' } })).status,
    ).toBe(404)
    expect((await api('POST /sources/none/install')).status).toBe(404)
    // A webhook needs no fields of ours.
    expect((await api('POST /sources/shop-crm/install')).status).toBe(400)
    expect((await api('GET /runs/999')).status).toBe(404)
    const editor = await rig.key('editor')
    const body = { since: '2026-01-01T00:00:00Z' }
    expect((await api('POST /sources/shop-crm/backfill', { key: editor, body })).status).toBe(403)
  })
})
