import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from './ask.ts'
import { type Rig, startRig } from './rig.ts'

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
})
