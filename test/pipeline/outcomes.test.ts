import { describe, expect, it } from 'vitest'
import { requeue, resolve } from '../../core/pipeline/decide.ts'
import type { FaultInput } from '../../fixtures/sandbox/faults.ts'
import { onBothEngines } from '../support/engines.ts'
import type { Pair } from '../support/pair.ts'
import { won } from '../support/samples.ts'
import { START } from '../support/test-clock.ts'
import { usePair } from '../support/use-pair.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Leaves the question for TikTok's time alone. */
const TRACK = { path: '/event/track/' }
const BEGUN = { first_unknown_at: START, send_until: START + 46 * HOUR }

/** What fetch throws when nobody listens. */
const REFUSED = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))

async function only(pair: Pair) {
  const [row, ...others] = await pair.deliveries()
  if (!row || others.length > 0) throw new Error('not exactly one delivery')
  return row
}

/** One deal whose first request TikTok took and never answered. */
async function leaveUnknown(pair: Pair) {
  pair.sandbox.state.faults.set([{ kind: 'accept_then_reset', match: TRACK }])
  await pair.post([won('D-1')])
  await pair.cycle()
  return only(pair)
}

const pairOf = usePair()

describe('an outcome is unknown whenever a copy may have arrived', () => {
  const faults: FaultInput[] = [
    { kind: 'accept_then_reset' },
    { kind: 'reset' },
    { kind: 'reset_mid_answer' },
    { kind: 'truncated_json' },
    { kind: 'html_200' },
    { kind: 'empty_200' },
    { kind: 'huge' },
    { kind: 'redirect' },
    { kind: 'http', status: 500, accept: true },
    { kind: 'http', status: 502 },
    { kind: 'http', status: 503 },
    { kind: 'http', status: 504 },
    { kind: 'envelope', code: 50000, accept: true },
    { kind: 'envelope', code: 51305 },
    { kind: 'envelope', code: 60001 },
  ]
  it.each(faults)('$kind $status $code', async (fault) => {
    const pair = await pairOf()
    pair.sandbox.state.faults.set([{ ...fault, match: TRACK }])
    await pair.post([won('D-1')])
    expect(await pair.cycle()).toMatchObject({ waiting: 1, requests: 1 })
    expect(await only(pair)).toMatchObject({ state: 'waiting', attempts: 1, outcome: 'unknown', ...BEGUN })
    pair.clock.pass(3 * MINUTE)
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect([...pair.counted().values()]).toEqual([1])
  })
})

describe('an outcome is definite when TikTok says so, or when nothing left this host', () => {
  it.each([40100, 40200, 40700])('code %i: it waits, without a clock', async (code) => {
    const pair = await pairOf()
    pair.sandbox.state.faults.set([{ kind: 'envelope', code, match: TRACK }])
    await pair.post([won('D-1')])
    await pair.cycle()
    expect(await only(pair)).toMatchObject({ state: 'waiting', attempts: 1, first_unknown_at: null })
  })

  it.each([
    ['no connection', { code: 'ECONNREFUSED' }],
    ['no name', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
    ['no certificate', { code: 'CERT_HAS_EXPIRED' }],
  ])('%s: it may still be sent after 48 hours', async (_, cause) => {
    const pair = await pairOf()
    pair.intercept = () => Promise.reject(new TypeError('fetch failed', { cause }))
    await pair.post([won('D-1')])
    for (let hours = 0; hours < 60; hours += 20) {
      await pair.cycle()
      pair.clock.pass(20 * HOUR)
    }
    expect(await only(pair)).toMatchObject({ state: 'waiting', attempts: 3, first_unknown_at: null })
    pair.intercept = null
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })

  it('judges by the code in the body, whatever the HTTP status', async () => {
    const pair = await pairOf()
    pair.intercept = async (send) => {
      const answer = await send()
      return new Response(await answer.text(), { status: 500, headers: answer.headers })
    }
    await pair.post([won('D-1')])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
  })
})

onBothEngines('the clock of an unknown outcome', (pairOf) => {
  it('starts when the attempt began, and is in the ledger before the request leaves', async () => {
    const pair = await pairOf()
    let inFlight: unknown = null
    pair.intercept = async (send, body) => {
      if (body === '') return send()
      inFlight = await only(pair)
      pair.clock.pass(20_000)
      await send()
      throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    }
    await pair.post([won('D-1')])
    await pair.cycle()
    expect(inFlight).toMatchObject({ state: 'in_flight', began_at: START })
    expect(await only(pair)).toMatchObject(BEGUN)
  })

  it('starts once: later failures of any kind, and a clock stepped back, never move it', async () => {
    const pair = await pairOf()
    await leaveUnknown(pair)
    pair.clock.pass(10 * HOUR)
    pair.intercept = REFUSED
    await pair.cycle()
    pair.clock.pass(10 * HOUR)
    pair.intercept = null
    pair.sandbox.state.faults.set([
      { kind: 'envelope', code: 40100, match: TRACK },
      { kind: 'empty_200', match: TRACK },
    ])
    await pair.cycle()
    pair.clock.pass(10 * HOUR)
    await pair.cycle()
    pair.clock.step(-15 * HOUR)
    pair.intercept = REFUSED
    await pair.cycle({ now: true })
    expect(await only(pair)).toMatchObject({ state: 'waiting', ...BEGUN })
    pair.clock.step(15 * HOUR)
    pair.intercept = null
    expect(await pair.cycle({ now: true })).toMatchObject({ accepted: 1 })
    expect(await only(pair)).toMatchObject({ state: 'accepted', ...BEGUN })
  })

  it('ends after 46 hours: uncertain, and no request leaves from then on', async () => {
    const pair = await pairOf()
    await leaveUnknown(pair)
    pair.clock.pass(46 * HOUR)
    const before = pair.sandbox.state.requests.received()
    expect(await pair.cycle({ now: true })).toMatchObject({ expired: 1, requests: 0 })
    pair.clock.pass(100 * HOUR)
    await pair.cycle({ now: true })
    expect(await only(pair)).toMatchObject({ state: 'uncertain', ...BEGUN })
    expect(pair.sandbox.state.requests.received()).toBe(before)
  })

  it('still allows a send one millisecond earlier', async () => {
    const pair = await pairOf()
    await leaveUnknown(pair)
    // TikTok's time runs on by itself between two answers, so the last second belongs to the clocks.
    pair.clock.pass(46 * HOUR - 1_000)
    expect(await pair.cycle({ now: true })).toMatchObject({ accepted: 1 })
    expect([...pair.counted().values()]).toEqual([1])
  })

  it('is compared with the later clock: this host set back gains no time', async () => {
    const pair = await pairOf()
    pair.sandbox.state.faults.set([{ kind: 'envelope', code: 50000, accept: true, match: TRACK }])
    await pair.post([won('D-1')])
    await pair.cycle()
    pair.clock.pass(46 * HOUR)
    pair.clock.step(-46 * HOUR)
    await pair.reopen()
    await pair.cycle({ now: true })
    expect(await only(pair)).toMatchObject({ state: 'uncertain', ...BEGUN })
    expect(pair.sandbox.state.events.all()).toMatchObject([{ copies: 0 }])
  })

  it('records the earlier clock: this host set forward gains no time', async () => {
    const pair = await pairOf()
    await pair.post([won('D-0')])
    await pair.cycle()
    pair.clock.step(24 * HOUR)
    await pair.reopen()
    pair.sandbox.state.faults.set([{ kind: 'accept_then_reset', match: TRACK }])
    await pair.post([won('D-1')])
    await pair.cycle()
    const [, row] = await pair.deliveries()
    expect(row?.first_unknown_at).toBeGreaterThanOrEqual(START)
    expect(row?.first_unknown_at).toBeLessThan(START + MINUTE)
  })

  it('counts from the claim when this host died before it could note an answer', async () => {
    const pair = await pairOf()
    pair.intercept = async (send, body) => {
      const answer = await send()
      return body === '' ? answer : new Promise(() => {})
    }
    await pair.post([won('D-1')])
    void pair.cycle({}, await pair.another()).catch(() => {})
    await expect.poll(async () => (await pair.deliveries()).map((row) => row.state)).toEqual(['in_flight'])
    pair.intercept = null
    await pair.closeback.ledger.db.updateTable('deliveries').set({ lease_until: 1 }).execute()
    pair.clock.pass(2 * MINUTE)
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect(await only(pair)).toMatchObject({ state: 'accepted', first_unknown_at: START, attempts: 2 })
  })
})

describe('an uncertain delivery waits for a person', () => {
  const uncertain = async () => {
    const pair = await pairOf()
    const { id } = await leaveUnknown(pair)
    pair.clock.pass(46 * HOUR)
    await pair.cycle()
    expect((await only(pair)).state).toBe('uncertain')
    return { pair, id, pipeline: pair.closeback.pipeline }
  }

  it.each([
    ['accepted', 'accepted'],
    ['drop', 'rejected'],
  ] as const)('resolve --%s ends it as %s', async (to, state) => {
    const { pair, id, pipeline } = await uncertain()
    expect(await resolve(pipeline, [id], { to, actor: 'cli' })).toMatchObject([{ id, state, changed: true }])
    await pair.cycle({ now: true })
    expect(await only(pair)).toMatchObject({ state, settled_at: pair.clock.now() })
    expect(await resolve(pipeline, [id], { to, actor: 'cli' })).toMatchObject([{ state, changed: false }])
  })

  it('requeue asks for --may-double, and then sends the same bytes', async () => {
    const { pair, id, pipeline } = await uncertain()
    const { payload } = await only(pair)
    const how = { actor: 'cli', mayDouble: false }
    expect(await requeue(pipeline, [id], how)).toMatchObject([{ state: 'uncertain', changed: false }])
    expect(await requeue(pipeline, [id], { ...how, mayDouble: true })).toMatchObject([{ changed: true }])
    expect(await pair.cycle()).toMatchObject({ accepted: 1 })
    expect((await only(pair)).payload).toBe(payload)
  })

  it('requeue asks for --may-double also after it was dropped: a copy may still be there', async () => {
    const { pair, id, pipeline } = await uncertain()
    await resolve(pipeline, [id], { to: 'drop', actor: 'cli' })
    expect(await requeue(pipeline, [id], { actor: 'cli', mayDouble: false })).toMatchObject([
      { state: 'rejected', changed: false },
    ])
    expect((await only(pair)).state).toBe('rejected')
  })

  it('a waiting delivery whose outcome is unknown cannot be dropped', async () => {
    const pair = await pairOf()
    const { id } = await leaveUnknown(pair)
    const decided = await resolve(pair.closeback.pipeline, [id], { to: 'drop', actor: 'cli' })
    expect(decided).toMatchObject([{ state: 'waiting', changed: false }])
  })

  it('names what is not there, and every decision is in the journal', async () => {
    const { pair, id, pipeline } = await uncertain()
    await expect(resolve(pipeline, [id + 1], { to: 'drop', actor: 'cli' })).rejects.toMatchObject({
      code: 'not_found',
    })
    await resolve(pipeline, [id], { to: 'accepted', actor: 'key_1' })
    const entries = await pair.closeback.ledger.db.selectFrom('journal').selectAll().execute()
    expect(entries.at(-1)).toMatchObject({ actor: 'key_1', verb: 'resolve', delivery_id: id })
  })
})

describe('the age limit', () => {
  it('ends what was never tried as too old', async () => {
    const pair = await pairOf()
    pair.intercept = REFUSED
    await pair.post([won('D-1')])
    await pair.cycle()
    pair.clock.pass(29 * 24 * HOUR)
    pair.intercept = null
    expect(await pair.cycle({ now: true })).toMatchObject({ expired: 1, requests: 0 })
    expect(await only(pair)).toMatchObject({ state: 'too_old', first_unknown_at: null })
  })

  it('ends what may have arrived as uncertain, however old', async () => {
    const pair = await pairOf()
    pair.sandbox.state.faults.set([{ kind: 'accept_then_reset', match: TRACK }])
    const occurredAt = new Date(START - (28 * 24 - 1) * HOUR).toISOString()
    await pair.post([won('D-1', { occurredAt })])
    await pair.cycle()
    expect(await only(pair)).toMatchObject({ state: 'waiting', first_unknown_at: START })
    pair.clock.pass(HOUR)
    await pair.cycle({ now: true })
    expect((await only(pair)).state).toBe('uncertain')
  })
})
