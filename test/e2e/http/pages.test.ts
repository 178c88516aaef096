import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Planted, plant } from '../../analysis/planted.ts'
import { ask } from './ask.ts'
import { eventually } from './eventually.ts'
import { item, post, type Rig, startRig } from './rig.ts'

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
})
