import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEvent } from '../../../adapters/hubspot/event.ts'

const change = {
  eventId: 3816279340,
  subscriptionId: 25,
  portalId: 33,
  appId: 1160452,
  occurredAt: 1462216307945,
  subscriptionType: 'deal.propertyChange',
  attemptNumber: 0,
  objectId: 1246965,
  propertyName: 'dealstage',
  propertyValue: 'closedwon',
  changeSource: 'CRM_UI',
  sourceId: 'userId:8647',
}

function hintOf(event: object) {
  const read = readEvent(event)
  if (read.is !== 'hint') throw new Error(`no hint but ${read.is}`)
  return read
}

describe('an event of a webhook', () => {
  it('is a hint for the deal, of its portal', () => {
    expect(hintOf(change)).toMatchObject({
      portalId: '33',
      ticket: { record: { type: 'deal', id: '1246965' }, id: '3816279340', identity: null },
    })
  })

  it('is the same message when it is delivered again, and another one for another event', () => {
    const first = hintOf(change).ticket
    const again = hintOf({ ...change, attemptNumber: 3 }).ticket
    expect([again.key, again.said]).toEqual([first.key, first.said])
    for (const over of [
      { eventId: 1 },
      { occurredAt: 1 },
      { objectId: 1 },
      { portalId: 1 },
      { propertyName: 'amount' },
    ])
      expect(hintOf({ ...change, ...over }).ticket.key).not.toBe(first.key)
  })

  const generic = { ...change, subscriptionType: 'object.propertyChange' }
  const merge = {
    ...change,
    subscriptionType: 'deal.merge',
    objectId: 5,
    primaryObjectId: 5,
    mergedObjectIds: [6],
  }
  const association = {
    ...change,
    subscriptionType: 'deal.associationChange',
    objectId: undefined,
    associationRemoved: false,
  }
  it.each([
    [
      'the name the table gives the type',
      { ...change, subscriptionType: undefined, eventType: 'deal.creation' },
      'deal',
      '1246965',
    ],
    ['a project app', { ...generic, objectTypeId: '0-3' }, 'deal', '1246965'],
    ['a contact of a project app', { ...generic, objectTypeId: '0-1' }, 'contact', '1246965'],
    ['a merge', merge, 'deal', '5'],
    ['a merge with a new record', { ...merge, newObjectId: 9 }, 'deal', '9'],
    [
      'an association',
      { ...association, associationType: 'DEAL_TO_CONTACT', fromObjectId: 7, toObjectId: 8 },
      'deal',
      '7',
    ],
    [
      'its other side',
      { ...association, associationType: 'CONTACT_TO_DEAL', fromObjectId: 8, toObjectId: 7 },
      'deal',
      '7',
    ],
    ['an id as text', { ...change, objectId: '12345678901234567890' }, 'deal', '12345678901234567890'],
    ['a deletion', { ...change, subscriptionType: 'deal.deletion' }, 'deal', '1246965'],
  ])('of %s', (_, event, type, id) => {
    expect(hintOf(event).ticket.record).toEqual({ type, id })
  })

  it.each([
    ['a company', { ...change, subscriptionType: 'company.creation' }],
    ['an object we do not know', { ...generic, objectTypeId: '2-1' }],
    [
      'an association of companies',
      { ...association, associationType: 'DEAL_TO_COMPANY', fromObjectId: 1, toObjectId: 2 },
    ],
  ])('of %s is ignored', (_, event) => {
    expect(readEvent(event).is).toBe('ignored')
  })

  it('says what is wrong with anything else, and never throws', () => {
    for (const broken of [
      null,
      7,
      'x',
      [],
      {},
      { ...change, portalId: 'x' },
      { ...change, objectId: { a: 1 } },
    ])
      expect(readEvent(broken).is).toBe('broken')
    fc.assert(fc.property(fc.anything(), (said) => void readEvent(said)))
  })

  it('keeps no value of a property', () => {
    const { ticket } = hintOf({
      ...change,
      subscriptionType: 'contact.propertyChange',
      propertyName: 'email',
      propertyValue: 'ada@example.com',
    })
    expect(JSON.stringify([ticket.key, ticket.content, ticket.record])).not.toContain('ada@')
  })
})
