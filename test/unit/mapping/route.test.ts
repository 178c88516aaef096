import { describe, expect, it } from 'vitest'
import type { Route } from '../../../core/model/delivery.ts'
import type { WorkspaceInput } from '../../../core/model/workspace.ts'
import { connection, type FactParts, map, only, onlyDelivery, outline, rule } from './samples.ts'

type EventSets = NonNullable<WorkspaceInput['connections']>[number]['eventSets']
const ALL: EventSets = { web: 'C4', crm: '72', offline: '71', defaultPageUrl: 'https://shop.example/' }
const LEAD: FactParts = { facts: { leadId: '700' } }

const mapTo = (eventSets: EventSets, facts: FactParts = {}, event = 'Purchase') =>
  map({ connections: [connection({ eventSets })], rules: [rule({ send: { event } })] }, facts)

describe('the route of a conversion', () => {
  it.each<[string, EventSets, FactParts, Route, string]>([
    ['crm when there is a TikTok lead id and a CRM set', ALL, LEAD, 'crm', '72'],
    ['web when there is no lead id', ALL, {}, 'web', 'C4'],
    [
      'web when there is a lead id but no CRM set',
      { web: 'C4', defaultPageUrl: 'https://shop.example/' },
      LEAD,
      'web',
      'C4',
    ],
    ['offline when there is no pixel', { crm: '72', offline: '71' }, {}, 'offline', '71'],
  ])('is %s', (_, sets, facts, route, eventSourceId) => {
    const entry = onlyDelivery(mapTo(sets, facts))
    expect(entry).toMatchObject({ route, eventSourceId })
    expect(entry.conversion).toMatchObject({ route, eventSourceId })
  })

  it.each<[Route, FactParts, string]>([
    ['offline', {}, '71'],
    ['web', LEAD, 'C4'],
    ['crm', LEAD, '72'],
  ])('stays %s once the first conversion of the record fixed it', (route, facts, eventSourceId) => {
    const entry = onlyDelivery(mapTo(ALL, { ...facts, routes: new Map([['us', route]]) }))
    expect(entry).toMatchObject({ route, eventSourceId })
  })

  it('is judged for each connection by itself', () => {
    const entry = onlyDelivery(mapTo(ALL, { routes: new Map([['eu', 'offline']]) }))
    expect(entry.route).toBe('web')
  })

  it.each<[string, EventSets, FactParts, string, string]>([
    [
      'the fixed route has no event set any more',
      { web: 'C4' },
      { routes: new Map([['us', 'offline']]) },
      'Purchase',
      'eventSets.offline',
    ],
    ['there is only a CRM set and no lead id', { crm: '72' }, {}, 'Purchase', 'lead id'],
    [
      'the route is fixed to crm and this record has no lead id',
      ALL,
      { routes: new Map([['us', 'crm']]) },
      'Purchase',
      'lead id',
    ],
    ['a custom event would go offline', { crm: '72', offline: '71' }, {}, 'DealWon', '"DealWon"'],
    ['a web event has no page URL', { web: 'C4' }, {}, 'Purchase', 'eventSets.defaultPageUrl'],
  ])('cannot be found when %s', (_, sets, facts, event, remedy) => {
    expect(only(mapTo(sets, facts, event))).toMatchObject({
      reason: 'not_sendable',
      ruleId: 'won',
      connectionId: 'us',
      detail: expect.stringContaining(remedy),
    })
  })

  it('takes custom events to web and crm, and both names of a renamed event everywhere', () => {
    expect(outline(mapTo(ALL, {}, 'DealWon'))).toEqual(['won>us: delivery'])
    expect(outline(mapTo(ALL, LEAD, 'DealWon'))).toEqual(['won>us: delivery'])
    expect(outline(mapTo({ offline: '71' }, {}, 'CompletePayment'))).toEqual(['won>us: delivery'])
  })
})

describe('web needs a page URL', () => {
  it.each([
    ["the record's own", 'https://shop.example/landing', 'https://shop.example/landing'],
    ['else eventSets.defaultPageUrl', null, 'https://shop.example/'],
  ])('%s', (_, pageUrl, expected) => {
    expect(onlyDelivery(mapTo(ALL, { facts: { pageUrl } })).conversion.pageUrl).toBe(expected)
  })

  it('the default is not claimed on other routes', () => {
    expect(onlyDelivery(mapTo(ALL, LEAD)).conversion.pageUrl).toBeNull()
  })
})

describe('what a conversion tells', () => {
  it('everything known of the record, and nothing that was not', () => {
    const contents = [{ id: 'sku-1', price: '4200.00', quantity: 1, name: null, category: null, brand: null }]
    const facts = {
      ttclid: 'E.C.P.a',
      ttp: 'p',
      orderId: 'O-1',
      contents,
      referrer: 'https://a.example/',
      limitedDataUse: true,
    }
    const { conversion } = onlyDelivery(mapTo(ALL, { facts }))
    expect(conversion).toMatchObject({ ...facts, value: { minor: 420_000, currency: 'USD' }, leadId: null })
    expect(conversion.leadEventSource).toBeNull()
  })

  it('the lead event source on the crm route only', () => {
    expect(onlyDelivery(mapTo(ALL, LEAD)).conversion).toMatchObject({
      leadId: '700',
      leadEventSource: 'HubSpot',
    })
  })

  it('no click id whose macro was never filled in', () => {
    expect(onlyDelivery(mapTo(ALL, { facts: { ttclid: '__CLICKID__' } })).conversion.ttclid).toBeNull()
  })

  it('that it is a test when the connection has a test code', () => {
    const connections = [connection({ delivery: { testEventCode: 'TEST1' } })]
    expect(onlyDelivery(map({ connections })).test).toBe(true)
    expect(onlyDelivery(map({})).test).toBe(false)
  })
})
