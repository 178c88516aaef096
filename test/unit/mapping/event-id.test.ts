import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventIdOf } from '../../../core/mapping/event-id.ts'
import { connection, delivered, map, onlyDelivery, rule } from './samples.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('|', '%', 'a', '7', 'C', '\ud800', '\udc00', '\ufffd', 'u') }),
)
const parts = fc.tuple(text, text, text, text, text)
const idOf = ([uid, type, id, milestone, occurrence]: [string, string, string, string, string]) =>
  eventIdOf(uid, { type, id }, milestone, occurrence)

describe('eventIdOf', () => {
  it('is base32 (RFC 4648, lower-case, no padding) of SHA-256 over the parts joined by "|"', () => {
    // Worked out by other tools: printf 'uid|deal|1|won' | sha256sum | xxd -r -p | base32
    expect(eventIdOf('uid', { type: 'deal', id: '1' }, 'won')).toBe(
      'cl67ks2kewvlmf5b4ocanotbvwgrkh32e745siqyxxstwkfw6dta',
    )
  })

  it('encodes any 32 bytes as a plain base32 reading of the digest does', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,20}$/), (id) => {
        const digest = createHash('sha256').update(`uid|deal|${id}|won|h1`).digest()
        expect(eventIdOf('uid', { type: 'deal', id }, 'won', 'h1')).toBe(plainBase32(digest))
      }),
    )
  })

  it('gives the same parts the same id, and any other parts another one', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(idOf([...a])).toBe(idOf([...a]))
        if (a.some((part, at) => part !== b[at])) expect(idOf(a)).not.toBe(idOf(b))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    [
      ['a|b', 'c', 'd'],
      ['a', 'b|c', 'd'],
    ],
    [
      ['a%7Cb', 'c', 'd'],
      ['a|b', 'c', 'd'],
    ],
    [
      ['a', 'b', '\ud800'],
      ['a', 'b', '\ufffd'],
    ],
    [
      ['a', 'b', '\ud800'],
      ['a', 'b', '%ud800'],
    ],
  ])('keeps %j and %j apart', ([uid = '', type = '', id = ''], [uid2 = '', type2 = '', id2 = '']) => {
    expect(eventIdOf(uid, { type, id }, 'won')).not.toBe(eventIdOf(uid2, { type: type2, id: id2 }, 'won'))
  })
})

describe('the event id of a delivery', () => {
  it('is of the source uid, record type, record id and milestone: a milestone fires once per record', () => {
    const first = onlyDelivery(map({}, { change: { key: 'evt_1' } }))
    const again = onlyDelivery(
      map({}, { change: { key: 'evt_2', occurredAt: 1_795_000_000_000, historyId: '9' } }),
    )
    expect(first.eventId).toBe(eventIdOf('uid-1', { type: 'deal', id: 'D-1042' }, 'won'))
    expect(first.occurrence).toBe('')
    expect(again.eventId).toBe(first.eventId)
  })

  it('with once: false adds the history entry id of the CRM', () => {
    const entry = onlyDelivery(map({ rules: [rule({ once: false })] }, { change: { historyId: 'h-7' } }))
    expect(entry.occurrence).toBe('h-7')
    expect(entry.eventId).toBe(eventIdOf('uid-1', { type: 'deal', id: 'D-1042' }, 'won', 'h-7'))
  })

  it.each([null, ''])(
    'with once: false and no history id (%j) adds occurredAt in milliseconds',
    (historyId) => {
      const change = { historyId, occurredAt: 1_795_000_000_123 }
      const entry = onlyDelivery(map({ rules: [rule({ once: false })] }, { change }))
      expect(entry.occurrence).toBe('1795000000123')
      expect(entry.eventId).toBe(eventIdOf('uid-1', { type: 'deal', id: 'D-1042' }, 'won', '1795000000123'))
    },
  )

  it('carries the identity of the first-seen record of the same deal in another source', () => {
    const origin = { sourceUid: 'uid-9', record: { type: 'opportunity', id: '006' } }
    expect(onlyDelivery(map({}, { origin })).eventId).toBe(eventIdOf('uid-9', origin.record, 'won'))
  })

  it('is the same for a rule on won and a rule on the id of that stage', () => {
    const rules = [rule(), rule({ id: 'stage', when: { stage: 'closedwon' }, send: { event: 'Subscribe' } })]
    const [byMilestone, byStage] = map({ rules }).map(delivered)
    expect(byStage?.milestone).toBe('won')
    expect(byStage?.eventId).toBe(byMilestone?.eventId)
  })
})

describe("a browser's event id", () => {
  const browserEvent = { id: 'px-1', name: 'Purchase' }

  it('is used instead when the stage change carries it with the same event name', () => {
    const entry = onlyDelivery(map({}, { change: { browserEvent } }))
    expect(entry).toMatchObject({ eventId: 'px-1', browserEventId: true })
    expect(entry.conversion.eventId).toBe('px-1')
  })

  it('leaves the derived id beside it, for when another record already used it', () => {
    const derived = onlyDelivery(map({})).eventId
    expect(onlyDelivery(map({}, { change: { browserEvent } })).derivedEventId).toBe(derived)
  })

  it.each([
    ['another event name', { id: 'px-1', name: 'Lead' }],
    ['the other name of a renamed pair', { id: 'px-1', name: 'CompletePayment' }],
    ['another case', { id: 'px-1', name: 'purchase' }],
    ['an empty id', { id: '', name: 'Purchase' }],
  ])('is not used with %s', (_, other) => {
    const entry = onlyDelivery(map({}, { change: { browserEvent: other } }))
    expect(entry.browserEventId).toBe(false)
    expect(entry.eventId).toBe(entry.derivedEventId)
  })

  it('is not used on a route where no pixel sends copies', () => {
    const entry = onlyDelivery(map({}, { change: { browserEvent }, routes: new Map([['us', 'web']]) }))
    const offline = onlyDelivery(
      map({ connections: [connection({ eventSets: { offline: '71' } })] }, { change: { browserEvent } }),
    )
    expect(entry.browserEventId).toBe(true)
    expect(offline.browserEventId).toBe(false)
  })
})

function plainBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('')
}
