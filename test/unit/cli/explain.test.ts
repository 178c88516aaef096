import { describe, expect, it } from 'vitest'
import { explain } from '../../../core/mapping/explain.ts'
import { amountText, durationText } from '../../../core/mapping/explain-words.ts'
import { DELIVERY_STATES, HOLD_REASONS, REASONS } from '../../../core/model/delivery.ts'
import { Story, type StoryChange, type StoryDelivery } from '../../../core/model/story.ts'

const AT = '2026-11-20T10:00:00.000Z'

function delivery(more: Partial<StoryDelivery> = {}): StoryDelivery {
  return {
    id: 7,
    sourceId: 'shop-crm',
    record: { type: 'deal', id: 'D-1' },
    connectionId: 'us-brand',
    ruleId: 'won',
    milestone: 'won',
    event: 'Purchase',
    route: 'web',
    eventSourceId: 'C4AAAAAAAAAAAAAAAAAA',
    eventId: 'abc',
    occurredAt: AT,
    value: { amount: '4200.00', currency: 'USD' },
    matchScore: 82,
    matchKeys: ['ttclid', 'email'],
    test: false,
    state: 'accepted',
    holdReason: null,
    nextAt: AT,
    sendUntil: '2026-12-18T10:00:00.000Z',
    attempts: 1,
    outcome: 'accepted',
    code: '0',
    message: null,
    firstUnknownAt: null,
    createdAt: '2026-11-20T10:00:02.000Z',
    settledAt: '2026-11-20T10:02:00.000Z',
    requests: [],
    decisions: [],
    obstacle: null,
    ...more,
  }
}

function change(more: Partial<StoryChange> = {}): StoryChange {
  return {
    id: 1,
    key: 'id:evt_1',
    occurredAt: AT,
    seenAt: '2026-11-20T10:00:02.000Z',
    pipeline: null,
    stage: 'won',
    previousStage: null,
    milestone: 'won',
    amount: { amount: '4200.00', currency: 'USD' },
    whyNot: [],
    deliveries: [],
    ...more,
  }
}

function story(more: Partial<Story> = {}): Story {
  return Story.parse({
    sourceId: 'shop-crm',
    record: { type: 'deal', id: 'D-1' },
    now: null,
    countedAs: null,
    messages: [],
    touchpoints: [],
    changes: [],
    later: [],
    ...more,
  })
}

const sentenceOf = (more: Partial<StoryDelivery>) =>
  explain(story({ changes: [change({ deliveries: [delivery(more)] })] })).sentence

describe('the sentence about a record', () => {
  it.each<[Partial<StoryDelivery>, RegExp]>([
    [
      {},
      /^Sent as Purchase, 4,200\.00 USD, to us-brand: accepted 2 min after the stage change; match score 82\.$/,
    ],
    [{ test: true }, /Test Events tab, where TikTok counts nothing\.$/],
    [{ code: 'resolved_accepted' }, /a person found it at TikTok and said so\.$/],
    [
      { state: 'rejected', code: '40002', message: 'Invalid value' },
      /\(code 40002, Invalid value\)\. .*requeue 7" sends the same again\.$/,
    ],
    [{ state: 'rejected', code: 'resolved_drop' }, /no clear answer, and a person dropped it\.$/],
    [
      { state: 'uncertain', code: 'timeout', message: 'gave up' },
      /^Uncertain: .*resolve 7 --accepted" or "--drop"\.$/,
    ],
    [{ state: 'waiting', attempts: 0, code: null }, /goes as Purchase.* with the next push\.$/],
    [
      { state: 'waiting', attempts: 2, code: '50000' },
      /after 2 attempts \(code 50000\) and is tried again from 2026-11-20 10:00 UTC\.$/,
    ],
    [{ state: 'in_flight' }, /^Being sent right now/],
    [{ state: 'too_old' }, /before 2026-12-18 10:00 UTC, its age limit \(maxEventAgeDays\)\.$/],
    [{ state: 'cancelled' }, /^Not sent: a person dropped/],
    [
      { state: 'held', holdReason: 'possible_duplicate' },
      /requeue 7" sends it, .*resolve 7 --drop" drops it\.$/,
    ],
    [{ value: null }, /^Sent as Purchase to us-brand:/],
  ])('says what %j means and what to do', (more, text) => {
    expect(sentenceOf(more)).toMatch(text)
  })

  it('has words for every state and every hold', () => {
    for (const state of DELIVERY_STATES) expect(sentenceOf({ state }), state).toMatch(/^[A-Z].*\.$/)
    for (const holdReason of HOLD_REASONS) {
      const text = sentenceOf({ state: 'held', holdReason })
      expect(text, holdReason).toMatch(/^Held, not sent yet: .*\.$/)
      expect(text).not.toContain('undefined')
    }
  })

  it('names the strongest of several reasons, whatever order they are kept in', () => {
    const whyNot = REASONS.toReversed().map((reason) => ({
      ruleId: 'won',
      connectionId: 'us-brand',
      reason,
      detail: `because of ${reason}`,
    }))
    expect(explain(story({ changes: [change({ whyNot })] })).sentence).toBe('Not sent: because of error.')
  })

  it('is about the won stage change, not about the last one', () => {
    const sent = change({ deliveries: [delivery()] })
    const lost = change({ id: 2, stage: 'lost', milestone: 'lost', occurredAt: '2026-11-21T10:00:00.000Z' })
    const { sentence } = explain(
      story({ changes: [sent, lost], later: [{ at: AT, kind: 'lost', from: null, to: null }] }),
    )
    expect(sentence).toMatch(/^Sent as Purchase.*\. But it was lost since: TikTok keeps what it got\.$/)
  })

  it('puts what wants a person before what went well', () => {
    const deliveries = [delivery(), delivery({ id: 8, state: 'rejected', code: '40002' })]
    const { sentence } = explain(story({ changes: [change({ deliveries })] }))
    expect(sentence).toMatch(/^Rejected by TikTok/)
    expect(sentence).toMatch(/1 more below\.$/)
  })
})

describe('the time line', () => {
  it('is in order of time, and in the same moment a cause stands before its effect', () => {
    const { timeline } = explain(
      story({
        touchpoints: [
          {
            at: '2026-11-01T10:00:00.000Z',
            kind: 'click',
            ttclid: true,
            ttp: false,
            source: null,
            medium: null,
            campaign: null,
          },
        ],
        messages: [
          {
            key: 'id:evt_1',
            receivedAt: '2026-11-20T10:00:02.000Z',
            state: 'done',
            problem: null,
            kept: ['email', 'ip'],
            dropped: [{ field: 'phone', why: 'is too short' }],
            conflicts: [],
          },
        ],
        changes: [
          change({
            deliveries: [
              delivery({
                requests: [
                  {
                    startedAt: '2026-11-20T10:00:02.000Z',
                    endedAt: '2026-11-20T10:00:03.000Z',
                    events: 1,
                    httpStatus: 200,
                    outcome: 'accepted',
                    code: '0',
                    message: 'OK',
                    requestId: 'r1',
                  },
                ],
                decisions: [
                  {
                    at: '2026-11-20T10:00:04.000Z',
                    actor: 'cli',
                    verb: 'requeue',
                    detail: 'held to waiting',
                  },
                ],
              }),
            ],
          }),
        ],
      }),
    )
    expect(timeline.map(({ subject }) => subject)).toEqual([
      'touch',
      'stage',
      'message',
      'rule',
      'attempt',
      'decision',
    ])
    expect(timeline[2]?.text).toBe(
      'evt_1 received; hashed: email; kept plain, as TikTok asks: ip; left out phone, which is too short',
    )
    expect(timeline[4]?.text).toBe('delivery 7 accepted by TikTok 3 s after the stage change, request r1')
  })
})

describe('words', () => {
  it.each([
    ['4200.00', 'USD', '4,200.00 USD'],
    ['1234567.891', 'KWD', '1,234,567.891 KWD'],
    ['500', 'JPY', '500 JPY'],
    ['1000000', 'JPY', '1,000,000 JPY'],
    ['0.00', 'USD', '0.00 USD'],
    ['-1234.50', 'EUR', '-1,234.50 EUR'],
  ])('writes %s %s as %s', (amount, currency, text) => {
    expect(amountText({ amount, currency })).toBe(text)
  })

  it.each([
    ['2026-11-20T10:00:59.000Z', '59 s'],
    ['2026-11-20T11:59:00.000Z', '119 min'],
    ['2026-11-20T20:00:00.000Z', '10 hours'],
    ['2026-11-25T10:00:00.000Z', '5 days'],
    ['2026-11-19T10:00:00.000Z', '0 s'],
  ])('writes the time until %s as %s', (to, text) => {
    expect(durationText(AT, to)).toBe(text)
  })
})
