import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Isolation, isolate } from '../../../core/tiktok/bisect.ts'
import type { Outcome } from '../../../core/tiktok/meanings.ts'
import type { Verdict } from '../../../core/tiktok/outcome.ts'

function verdict(outcome: Outcome, message = outcome as string, failedIndex: number | null = null): Verdict {
  return { outcome, code: outcome === 'refused' ? '40002' : outcome, message, remedy: 'x', failedIndex }
}

/** A TikTok that refuses every request with one of these events in it, whole. */
function refusing(
  poison: readonly number[],
  named: (index: number) => boolean,
  message: (at: number) => string,
) {
  const bad = new Set(poison)
  const taken: number[] = []
  const send = async (indices: readonly number[]): Promise<Verdict> => {
    const at = indices.findIndex((index) => bad.has(index))
    if (at < 0) {
      taken.push(...indices)
      return verdict('accepted')
    }
    const index = indices[at] ?? -1
    return verdict('refused', message(index), named(index) ? at : null)
  }
  return { send, taken }
}

const never = () => false
const always = () => true
const same = () => 'Invalid value'

function everyIndex(found: Isolation): number[] {
  const judged = [found.rejected, found.suspects, found.unknown, found.partial]
    .flat()
    .map(({ index }) => index)
  return [...found.accepted, ...found.untouched, ...judged].sort((a, b) => a - b)
}

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index)
const indexes = (judged: { index: number }[]) => judged.map(({ index }) => index).sort((a, b) => a - b)

describe('isolate', () => {
  it('accepts a whole batch with one request', async () => {
    const found = await isolate(1000, async () => verdict('accepted'))
    expect(found).toMatchObject({ accepted: upTo(1000), rejected: [], stopped: null, requests: 1 })
  })

  it('sends nothing of nothing', async () => {
    expect((await isolate(0, async () => verdict('refused'))).requests).toBe(0)
  })

  it('rejects what the message names, and resends only the rest', async () => {
    const { send, taken } = refusing([3, 700], always, same)
    const found = await isolate(1000, send)
    expect(indexes(found.rejected)).toEqual([3, 700])
    expect(taken).toHaveLength(998)
    expect(found.requests).toBe(3)
  })

  it('halves when the message names a position that was not sent', async () => {
    const send = async (indices: readonly number[]) =>
      indices.includes(2) ? verdict('refused', 'data.99', 99) : verdict('accepted')
    const found = await isolate(4, send)
    expect(indexes(found.rejected)).toEqual([2])
  })

  it.each([0, 1, 499, 500, 999])(
    'finds poison event %i of 1000 in about 2·log2(n) requests',
    async (index) => {
      const { send } = refusing([index], never, same)
      const found = await isolate(1000, send)
      expect(indexes(found.rejected)).toEqual([index])
      expect(found.accepted).toHaveLength(999)
      expect(found.requests).toBeLessThanOrEqual(21)
    },
  )

  it('does not take two poison events for a wrong set, even where halving meets them first', async () => {
    const { send } = refusing([0, 500], never, same)
    const found = await isolate(1000, send)
    expect(indexes(found.rejected)).toEqual([0, 500])
    expect(found.stopped).toBeNull()
  })

  it.each([2, 3, 4, 100, 1000])(
    'parks the set when all %i events are refused alike, and rejects none',
    async (n) => {
      const { send } = refusing(upTo(n), never, same)
      const found = await isolate(n, send)
      expect(found.stopped).toMatchObject({
        why: 'parked',
        verdict: { outcome: 'parked', message: 'Invalid value' },
      })
      expect(found.rejected).toEqual([])
      expect(found.untouched).toHaveLength(n)
      expect(found.requests).toBeLessThanOrEqual(4 * Math.ceil(Math.log2(n)) + 1)
    },
  )

  it('does not park for events that fail with different messages: they are suspects', async () => {
    const { send } = refusing(upTo(8), never, (index) => `Invalid value ${index}`)
    const found = await isolate(8, send)
    expect(found).toMatchObject({ stopped: null, rejected: [] })
    expect(indexes(found.suspects)).toEqual(upTo(8))
  })

  it('suspects a single event without a sibling, and rejects it when one succeeded before', async () => {
    const { send } = refusing([0], never, same)
    expect(indexes((await isolate(1, send)).suspects)).toEqual([0])
    expect(indexes((await isolate(1, send, { siblingSucceeded: true })).rejected)).toEqual([0])
  })

  it('rejects all of a batch that fails alone after a sibling succeeded', async () => {
    const { send } = refusing(upTo(8), never, same)
    const found = await isolate(8, send, { siblingSucceeded: true })
    expect(indexes(found.rejected)).toEqual(upTo(8))
  })

  it.each(['later', 'parked'] as const)(
    'stops at once when the answer is %s, and keeps what it knows',
    async (outcome) => {
      let requests = 0
      const { send } = refusing([7], never, same)
      const found = await isolate(8, async (indices) => (++requests < 3 ? send(indices) : verdict(outcome)))
      expect(found.stopped).toMatchObject({ why: outcome, verdict: { outcome } })
      expect(found.accepted).toEqual([0, 1, 2, 3])
      expect(found.untouched.sort()).toEqual([4, 5, 6, 7])
      expect(found.requests).toBe(3)
    },
  )

  it('does not send again what an unknown answer left open, and goes on with the rest', async () => {
    const sent: number[] = []
    const { send } = refusing([7], never, same)
    const found = await isolate(8, async (indices) => {
      sent.push(...indices)
      return indices.length < 8 && indices.includes(0) ? verdict('unknown') : send(indices)
    })
    expect(indexes(found.unknown)).toEqual([0, 1, 2, 3])
    expect(sent.filter((index) => index === 0)).toHaveLength(2)
    expect(found.accepted.sort()).toEqual([4, 5, 6])
    expect(indexes(found.rejected)).toEqual([7])
  })

  it('gives up after three unknown answers in a row', async () => {
    let requests = 0
    const found = await isolate(64, async () => verdict(++requests <= 3 ? 'refused' : 'unknown'))
    expect(found.stopped).toMatchObject({ why: 'unknown' })
    expect(found.requests).toBe(6)
    expect([found.unknown.length, found.untouched.length]).toEqual([32, 32])
  })

  it('halves a partial success, and calls uncertain only what stays partial alone', async () => {
    const found = await isolate(8, async (indices) => verdict(indices.includes(5) ? 'partial' : 'accepted'))
    expect(indexes(found.partial)).toEqual([5])
    expect(found.accepted.sort()).toEqual([0, 1, 2, 3, 4, 6, 7])
  })

  it('never calls untouched or suspect what a partial success may have accepted', async () => {
    const stopped = await isolate(8, async (indices) => verdict(indices.length === 8 ? 'partial' : 'later'))
    expect(indexes(stopped.unknown)).toEqual(upTo(8))
    expect(stopped.untouched).toEqual([])
    const refused = await isolate(2, async (indices) => verdict(indices.length === 2 ? 'partial' : 'refused'))
    expect(indexes(refused.unknown)).toEqual([0, 1])
    expect(refused).toMatchObject({ suspects: [], rejected: [], stopped: null })
  })

  it('leaves the rest untouched when the requests run out', async () => {
    const { send } = refusing(upTo(100), always, same)
    const found = await isolate(100, send, { maxRequests: 10 })
    expect(found).toMatchObject({ requests: 10, stopped: { why: 'requests' } })
    expect(found.rejected).toHaveLength(10)
    expect(found.untouched).toHaveLength(90)
  })
})

const batch = fc.integer({ min: 1, max: 300 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    poison: fc.uniqueArray(fc.nat(n - 1), { maxLength: Math.min(n, 30) }),
    named: fc.func(fc.boolean()),
    message: fc.constantFrom<(index: number) => string>(same, (index) => `Invalid ${index % 3}`, String),
  }),
)

describe('isolate, for every set of poison events and style of message', () => {
  it('never rejects an innocent, loses none and sends none twice to success', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async ({ n, poison, named, message }) => {
        const { send, taken } = refusing(poison, named, message)
        const found = await isolate(n, send)
        expect(everyIndex(found)).toEqual(upTo(n))
        expect(found.accepted.toSorted()).toEqual(taken.toSorted())
        for (const { index } of [...found.rejected, ...found.suspects]) expect(poison).toContain(index)
        expect(found.requests).toBeLessThanOrEqual(2 * poison.length * (Math.ceil(Math.log2(n)) + 1) + 1)
      }),
      { numRuns: 500 },
    )
  })

  it('finds every poison event when there are fewer than 2·log2(n), so that an innocent is always met', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async ({ n, poison, named, message }) => {
        const few = poison.slice(0, Math.max(1, 2 * Math.floor(Math.log2(n)) - 1)).slice(0, n - 1)
        const found = await isolate(n, refusing(few, named, message).send)
        expect(indexes(found.rejected)).toEqual(few.toSorted((a, b) => a - b))
        expect(found.accepted).toHaveLength(n - few.length)
        expect(found.stopped).toBeNull()
      }),
      { numRuns: 500 },
    )
  })

  it('keeps every event in exactly one list, and none of doubt among the definite, whatever TikTok answers', async () => {
    const outcome = fc.constantFrom<Outcome>(
      'accepted',
      'refused',
      'refused',
      'partial',
      'unknown',
      'later',
      'parked',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.tuple(outcome, fc.option(fc.nat(45)), fc.constantFrom('a', 'b')), { minLength: 1 }),
        async (n, answers) => {
          const doubtful = new Set<number>()
          let at = 0
          const found = await isolate(n, async (indices) => {
            const [kind, index, message] = answers[at++ % answers.length] ?? ['accepted', null, 'a']
            if (kind === 'partial' || kind === 'unknown') for (const one of indices) doubtful.add(one)
            return verdict(kind, message, kind === 'refused' ? index : null)
          })
          expect(everyIndex(found)).toEqual(upTo(n))
          for (const index of [...found.untouched, ...indexes(found.suspects)])
            expect(doubtful).not.toContain(index)
          expect(found.requests).toBeLessThanOrEqual(2 * n + 1)
        },
      ),
      { numRuns: 500 },
    )
  })
})
