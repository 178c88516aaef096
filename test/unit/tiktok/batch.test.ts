import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchesOf, bodyOf } from '../../../core/tiktok/batch.ts'

const HEAD = { route: 'web', eventSourceId: 'C4"é', testEventCode: 'TEST1', partnerName: 'Acme' } as const
const envelopeBytes = Buffer.byteLength(bodyOf(HEAD, []))

describe('bodyOf', () => {
  it('joins payloads untouched under the set', () => {
    const body = bodyOf({ route: 'crm', eventSourceId: '71' }, ['{"value":4200.00}', '{"value":1}'])
    expect(body).toBe('{"event_source":"crm","event_source_id":"71","data":[{"value":4200.00},{"value":1}]}')
  })

  it('puts test code and partner name beside the events', () => {
    expect(JSON.parse(bodyOf(HEAD, ['{}']))).toEqual({
      event_source: 'web',
      event_source_id: 'C4"é',
      test_event_code: 'TEST1',
      partner_name: 'Acme',
      data: [{}],
    })
  })
})

describe('batchesOf', () => {
  it('keeps both limits and the order, with every item in exactly one batch', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 60 })),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 300 }),
        (texts, maxEvents, room) => {
          const items = texts.map((text, at) => ({ payload: JSON.stringify(text), at }))
          const maxBytes = envelopeBytes + room
          const batches = batchesOf(items, { maxEvents, maxBytes, envelopeBytes })
          expect(batches.flat()).toEqual(items)
          for (const batch of batches) {
            expect(batch.length).toBeGreaterThan(0)
            expect(batch.length).toBeLessThanOrEqual(maxEvents)
            const bytes = Buffer.byteLength(
              bodyOf(
                HEAD,
                batch.map(({ payload }) => payload),
              ),
            )
            if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes)
          }
        },
      ),
    )
  })

  it('fills a batch to the last byte and not one further', () => {
    const items = [{ payload: '{"a":1}' }, { payload: '{"b":2}' }]
    const exact = envelopeBytes + 15
    expect(batchesOf(items, { maxEvents: 9, maxBytes: exact, envelopeBytes })).toHaveLength(1)
    expect(batchesOf(items, { maxEvents: 9, maxBytes: exact - 1, envelopeBytes })).toHaveLength(2)
  })

  it('sends an item larger than the limit alone', () => {
    const items = [{ payload: '1' }, { payload: '2'.repeat(500) }, { payload: '3' }]
    const batches = batchesOf(items, { maxEvents: 9, maxBytes: envelopeBytes + 100, envelopeBytes })
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1])
  })

  it('makes nothing of nothing', () => {
    expect(batchesOf([], { maxEvents: 9, maxBytes: 100, envelopeBytes })).toEqual([])
  })
})
