import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Mark, touchpointsOf, trace, withVisitor } from '../../../adapters/salesforce/records/marks.ts'
import type { Opportunity } from '../../../adapters/salesforce/records/opportunity.ts'
import type { Stage } from '../../../adapters/salesforce/records/org.ts'
import {
  type HistoryRow,
  statusChanges,
  transitions,
} from '../../../adapters/salesforce/records/transitions.ts'

const stage = (id: string, milestone = id): [string, Stage] => [
  id,
  { id, label: id, milestone, isActive: true },
]
const STAGES = new Map([stage('Open'), stage('Proposal'), stage('Signed', 'won'), stage('Gone', 'lost')])

const opportunity: Opportunity = {
  id: '006xx0000000001AAA',
  stage: 'Signed',
  isWon: true,
  isClosed: true,
  amount: 100,
  currency: 'USD',
  closeDate: '2026-11-20',
  pipeline: 'Master',
  createdAt: 0,
  modifiedAt: 0,
  isDeleted: false,
  marks: [],
  contacts: [],
  hasContact: false,
  fields: null,
}

const row = (id: string, stage: string, createdAt: number, amount: number | null = null): HistoryRow => ({
  id,
  stage,
  amount,
  createdAt,
})
const told = (history: HistoryRow[], over: Partial<Opportunity> = {}) =>
  transitions(history, { ...opportunity, ...over }, STAGES).map(
    ({ key, previousStage, stage, milestone, amount, occurredAt }) =>
      [key, previousStage, stage, milestone, amount?.minor ?? null, occurredAt] as const,
  )

describe('the stage changes in a history', () => {
  it('are rows whose stage differs from the one before, each with the amount of its moment', () => {
    const history = [
      row('a', 'Open', 1, 10),
      row('b', 'Open', 2, 20),
      row('c', 'Signed', 3, 30.5),
      row('d', 'Signed', 4, 99),
      row('e', 'Open', 5),
      row('f', 'Signed', 6, 30.5),
    ]
    expect(told(history)).toEqual([
      ['history:a', null, 'Open', 'Open', 1000, 1],
      ['history:c', 'Open', 'Signed', 'won', 3050, 3],
      ['history:e', 'Signed', 'Open', 'Open', null, 5],
      ['history:f', 'Open', 'Signed', 'won', 3050, 6],
    ])
  })

  it('take what a stage means from the record where setup does not list it any more', () => {
    expect(
      told([row('a', 'Old', 1), row('b', 'Older', 2)], { stage: 'Older', isWon: true }).map(
        (each) => each[3],
      ),
    ).toEqual(['Old', 'won'])
    expect(told([row('a', 'Old', 1)], { stage: 'Old', isWon: false, isClosed: true })[0]?.[3]).toBe('lost')
  })

  it('have no amount where the currency is unknown or the amount cannot be counted', () => {
    const first = (over: Partial<Opportunity>, amount: number | null) =>
      told([row('a', 'Signed', 1, amount)], over)[0]?.[4]
    expect(first({ currency: null }, 10)).toBeNull()
    expect(first({ currency: 'XXX' }, 10)).toBeNull()
    expect(first({ currency: 'JPY' }, 10.5)).toBeNull()
    expect(first({}, null)).toBeNull()
    expect(first({}, 0)).toBe(0)
  })

  it('are the same whatever the order in which rows come, and a row that comes late adds none twice', () => {
    const rows = fc.uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-z]{4}$/),
        stage: fc.constantFrom('Open', 'Proposal', 'Signed'),
        at: fc.nat(5),
      }),
      { selector: ({ id }) => id, maxLength: 12 },
    )
    fc.assert(
      fc.property(rows, (some) => {
        const history = some.map(({ id, stage, at }) => row(id, stage, at))
        const changes = told(history)
        expect(told(history.toReversed())).toEqual(changes)
        expect(new Set(changes.map(([key]) => key)).size).toBe(changes.length)
        for (const [at, change] of changes.entries()) expect(change[1]).toBe(changes[at - 1]?.[2] ?? null)
      }),
    )
  })
})

describe('the status changes of a lead', () => {
  const lead = {
    id: '00Qxx0000000001AAA',
    status: 'Qualified',
    pipeline: 'Master',
    createdAt: 5,
    modifiedAt: 90,
    isDeleted: false,
    mergedInto: null,
    opportunityId: null,
    contactId: null,
    mark: null,
    fields: null,
  }

  it('begin with its first status and follow the tracked history', () => {
    const rows = [
      { id: 'b', from: 'Working', to: 'Qualified', createdAt: 20 },
      { id: 'a', from: 'Open', to: 'Working', createdAt: 10 },
    ]
    expect(statusChanges(lead, rows).map(({ key, stage, occurredAt }) => [key, stage, occurredAt])).toEqual([
      ['status:00Qxx0000000001AAA:Open', 'Open', 5],
      ['history:a', 'Working', 10],
      ['history:b', 'Qualified', 20],
    ])
  })

  it('never make an edit of an old lead look like news where nothing is tracked', () => {
    expect(statusChanges(lead, []).map(({ stage, occurredAt }) => [stage, occurredAt])).toEqual([
      ['Qualified', 5],
    ])
  })
})

describe('where a deal came from', () => {
  const mark = (on: Mark['on'], over: Partial<Mark>): Mark => ({
    at: 1,
    on,
    ttclid: null,
    ttp: null,
    clickedAt: null,
    utm: null,
    pageUrl: null,
    visitor: null,
    ...over,
  })
  const utm = (source: string) => ({
    source,
    medium: null,
    campaign: null,
    content: null,
    term: null,
    id: null,
  })

  it('is told by the first record with a click id: opportunity, contact, lead', () => {
    const own = mark('opportunity', { ttclid: 'own' })
    const contact = mark('contact', { ttclid: 'contact' })
    const lead = mark('lead', { ttclid: 'lead' })
    expect(trace([own, contact, lead]).ttclid).toBe('own')
    expect(trace([contact, lead]).ttclid).toBe('contact')
    expect(trace([mark('opportunity', { ttp: 'x' }), lead]).ttclid).toBe('lead')
    expect(trace([]).ttclid).toBeNull()
  })

  it('names the visitor of the first record that knows one, beside the fields, and makes no visit of a mere number', () => {
    const marks = [
      mark('opportunity', {}),
      mark('contact', { visitor: 'v1' }),
      mark('lead', { visitor: 'v2' }),
    ]
    expect(withVisitor({ region: 'north' }, marks)).toEqual({ region: 'north', closeback_id: 'v1' })
    expect(withVisitor(null, [])).toBeNull()
    expect(touchpointsOf(marks)).toEqual([])
  })

  it('never puts the moment of one click beside the id of another', () => {
    const click = mark('contact', { ttclid: 'c', utm: utm('tiktok') })
    const other = mark('opportunity', { clickedAt: 7, utm: utm('google'), pageUrl: 'https://shop.example/' })
    expect(trace([other, click])).toEqual({
      ttclid: 'c',
      clickedAt: null,
      ttp: null,
      utm: utm('tiktok'),
      pageUrl: 'https://shop.example/',
    })
  })

  it('is one touchpoint, however often a conversion copied it; without a moment it is none', () => {
    const click = { ttclid: 'c', clickedAt: 7 }
    expect(
      touchpointsOf([mark('opportunity', click), mark('contact', click), mark('lead', click)]),
    ).toHaveLength(1)
    expect(touchpointsOf([mark('opportunity', { ttclid: 'c' })])).toEqual([])
    expect(touchpointsOf([mark('lead', { ttclid: 'c', at: 3 })])).toMatchObject([{ at: 3, kind: 'click' }])
    expect(touchpointsOf([mark('lead', { utm: utm('google'), at: 3 })])).toMatchObject([
      { at: 3, kind: 'visit' },
    ])
  })
})
