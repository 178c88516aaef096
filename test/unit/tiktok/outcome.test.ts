import { describe, expect, it } from 'vitest'
import type { Answer, Failure } from '../../../core/tiktok/answer.ts'
import { failedPath } from '../../../core/tiktok/failed-path.ts'
import type { Outcome } from '../../../core/tiktok/meanings.ts'
import { judge } from '../../../core/tiktok/outcome.ts'

function envelope(code: number, message = 'x', status = 200): Answer {
  return { kind: 'envelope', status, code, message, requestId: null, content: {}, date: null, throttle: null }
}

function none(failure: Failure, status: number | null = null): Answer {
  return { kind: 'none', failure, status, detail: 'x' }
}

describe('judge', () => {
  it.each<[number, Outcome]>([
    [0, 'accepted'],
    [20001, 'partial'],
    [40000, 'refused'],
    [40001, 'parked'],
    [40002, 'refused'],
    [40003, 'refused'],
    [40100, 'later'],
    [40101, 'parked'],
    [40102, 'parked'],
    [40103, 'parked'],
    [40104, 'parked'],
    [40105, 'parked'],
    [40110, 'parked'],
    [40200, 'later'],
    [40201, 'later'],
    [40202, 'later'],
    [40700, 'later'],
    [41000, 'parked'],
    [41001, 'refused'],
    [42000, 'unknown'],
    [50000, 'unknown'],
    [50002, 'unknown'],
    [51021, 'unknown'],
    [60001, 'unknown'],
    [-1, 'unknown'],
    [1, 'unknown'],
    [20002, 'unknown'],
    [39999, 'unknown'],
  ])('code %i is %s, whatever the HTTP status', (code, outcome) => {
    for (const status of [200, 400, 503]) {
      expect(judge(envelope(code, 'x', status))).toMatchObject({ outcome, code: String(code), message: 'x' })
    }
  })

  it.each<[Failure, number | null, Outcome, string]>([
    ['token', null, 'parked', 'token'],
    ['dns', null, 'later', 'dns'],
    ['refused', null, 'later', 'refused'],
    ['tls', null, 'later', 'tls'],
    ['timeout', null, 'unknown', 'timeout'],
    ['timeout', 200, 'unknown', 'timeout'],
    ['reset', null, 'unknown', 'reset'],
    ['redirect', 307, 'unknown', 'redirect'],
    ['http', 401, 'unknown', 'http_401'],
    ['http', 502, 'unknown', 'http_502'],
    ['too_large', 200, 'unknown', 'too_large'],
    ['empty', 200, 'unknown', 'empty'],
    ['not_json', 200, 'unknown', 'not_json'],
    ['not_envelope', 200, 'unknown', 'not_envelope'],
    ['network', null, 'unknown', 'network'],
  ])('without an envelope, %s with HTTP %s is %s', (failure, status, outcome, code) => {
    expect(judge(none(failure, status))).toMatchObject({ outcome, code, failedIndex: null })
  })

  it('says what to do about everything but success', () => {
    for (const code of [20001, 40001, 40002, 40100, 40101, 40105, 40110, 40200, 41000, 50000]) {
      expect(judge(envelope(code)).remedy).toMatch(/^[A-Z].+\.$/)
    }
    expect(judge(envelope(0)).remedy).toBe('')
  })

  it('parks when the message names the event set instead of an event', () => {
    for (const message of [
      'Invalid value for event_source_id: not a valid string.',
      'Batch.0.event_source_id: Not a valid string',
    ]) {
      expect(judge(envelope(40002, message))).toMatchObject({ outcome: 'parked', failedIndex: null })
    }
  })

  it('does not park for an event whose own value mentions the event set', () => {
    const message = 'Batch.2.properties.description: Invalid value "event_source_id"'
    expect(judge(envelope(40002, message))).toMatchObject({ outcome: 'refused', failedIndex: 2 })
  })

  it('keeps unknown and later outcomes whatever their message names', () => {
    expect(judge(envelope(50000, 'event_source_id'))).toMatchObject({ outcome: 'unknown' })
    expect(judge(envelope(40100, 'data.3.event'))).toMatchObject({ outcome: 'later', failedIndex: null })
  })
})

describe('failedPath', () => {
  it.each<[string, number, string | null]>([
    ['Batch.0.properties.contents.0.content_id: Not a valid string', 0, 'properties'],
    ['batch.17.event: unknown', 17, 'event'],
    ['Invalid parameter: data.3.user.email is not a string', 3, 'user'],
    ['data[3].event_time: must be an int', 3, 'event_time'],
    ['data[999] is not an object', 999, null],
    ['Batch.5: Missing data', 5, null],
    ['(data.4.event)', 4, 'event'],
  ])('%s', (message, index, field) => {
    expect(failedPath(message)).toEqual({ index, field })
  })

  it.each([
    'event 40002',
    'data 3 is wrong',
    'Invalid data.',
    'data.40002x',
    'data.12345.event',
    'metadata.3.event',
    'user.data.3',
    'data.3abc',
    'data[3abc]',
    'contents.0.price: Not a number',
    'Invalid value "data.3." for event',
    "Invalid value 'Batch.0.event'",
    'max time span is 30 days',
    '',
  ])('reads no index from %j', (message) => {
    expect(failedPath(message)).toBeNull()
  })
})
