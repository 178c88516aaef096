import { describe, expect, it } from 'vitest'
import type { Pair } from '../support/pair.ts'
import { CRM_SET, connection, OFFLINE_SET, PIXEL, rule, settings, won } from '../support/samples.ts'
import { usePair } from '../support/use-pair.ts'

const pairOf = usePair()
const PAGE = { defaultPageUrl: 'https://shop.example/' }
const all = { web: PIXEL, crm: CRM_SET, offline: OFFLINE_SET, ...PAGE }
const leadId = '7000000000000012345'
const sets = async (pair: Pair) => (await pair.deliveries()).map((row) => row.event_source_id)
const withSets = (eventSets: typeof all | { offline: string } | { web: string; offline: string }) =>
  settings({
    connections: [connection({ eventSets })],
    rules: [rule(), rule({ id: 'lead', when: { stage: 'sql' }, send: { event: 'Lead' } })],
  })

describe('the route of a record', () => {
  it('is crm with a TikTok lead id, else web, else offline', async () => {
    const pair = await pairOf({ settings: withSets(all) })
    await pair.post([won('D-1', { leadId }), won('D-2')])
    expect(await pair.cycle()).toMatchObject({ accepted: 2 })
    expect(await sets(pair)).toEqual([CRM_SET, PIXEL])
    const offline = await pairOf({ settings: withSets({ offline: OFFLINE_SET }) })
    await offline.post([won('D-1', { leadId })])
    expect(await offline.cycle()).toMatchObject({ accepted: 1 })
    expect(await sets(offline)).toEqual([OFFLINE_SET])
  })

  it('is fixed by its first conversion, also when a lead id comes later', async () => {
    const pair = await pairOf({ settings: withSets(all) })
    await pair.post([won('D-1', { id: 'first', stage: 'sql' })])
    await pair.cycle()
    await pair.post([won('D-1', { leadId })])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await sets(pair)).toEqual([PIXEL, PIXEL])
  })

  it('decides which match keys count: offline needs an e-mail or a phone', async () => {
    const pair = await pairOf({ settings: withSets({ offline: OFFLINE_SET }) })
    await pair.post([won('D-1', { contact: { externalId: 'u-1' } })])
    expect(await pair.cycle()).toMatchObject({ accepted: 0 })
    expect(await pair.reasons()).toEqual(['no_match_key'])
  })

  it('web needs a page: the default one, or the record says its own', async () => {
    const pair = await pairOf({ settings: withSets({ web: PIXEL, offline: OFFLINE_SET }) })
    await pair.post([won('D-1'), won('D-2', { pageUrl: 'https://shop.example/landing?ttclid=E.C.P.1' })])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await pair.reasons()).toEqual(['not_sendable'])
  })
})
