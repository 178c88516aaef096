import { describe, expect, it } from 'vitest'
import type { DeliveryRow } from '../../core/ledger/deliveries.ts'
import { HOUR } from '../../core/model/time.ts'
import type { FaultInput } from '../../fixtures/sandbox/faults.ts'
import { startTikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { OTHER_PIXEL, PIXEL, rule } from '../support/samples.ts'
import { type RealPair, realSettings, useRealPair, wonNow } from '../support/use-real-pair.ts'

const LONG = process.env.CLOSEBACK_LONG === '1'
const TRACK = { path: '/event/track/' }
const pairOf = useRealPair()

/** Both connections get every win. */
const both = () => realSettings({ rules: [rule({ send: { to: ['us-brand', 'eu-brand'] } })] })
const bySet = (rows: readonly DeliveryRow[], set: string) => rows.filter((row) => row.event_source_id === set)
const track = (pair: RealPair, set: string) =>
  pair.sandbox.state.requests.all().filter(({ detail }) => detail.eventSourceId === set)

/** Answers that leave open whether TikTok has the events. */
const UNKNOWN: [string, FaultInput][] = [
  ['HTTP 500', { kind: 'http', status: 500 }],
  ['HTTP 502 with HTML', { kind: 'http', status: 502 }],
  ['HTTP 503 without JSON', { kind: 'http', status: 503, body: '' }],
  ['HTTP 504 without JSON', { kind: 'http', status: 504, body: 'timeout' }],
  ['code 50000', { kind: 'envelope', code: 50000 }],
  ['code 50002', { kind: 'envelope', code: 50002 }],
  ['code 51020', { kind: 'envelope', code: 51020 }],
  ['code 60001', { kind: 'envelope', code: 60001 }],
  ['accepted and never answered', { kind: 'accept_then_hang' }],
  ['accepted, then a reset', { kind: 'accept_then_reset' }],
  ['a reset in mid-answer', { kind: 'reset_mid_answer' }],
  ['truncated JSON', { kind: 'truncated_json' }],
  ['HTML with 200', { kind: 'html_200' }],
  ['an empty 200', { kind: 'empty_200' }],
  ['an answer of 10 MB', { kind: 'huge' }],
  ['one byte every 200 ms', { kind: 'drip' }],
]

describe('an answer that leaves the outcome open', () => {
  it('is an unknown outcome whatever it looks like: sent again later, same bytes, counted once, one clock', {
    timeout: 60_000,
  }, async () => {
    const pair = await pairOf({ settings: both() })
    const host = await pair.start({ env: { TEST_REQUEST_MS: '1000' } })
    await pair.post(host, [wonNow('D-1')])
    pair.sandbox.state.faults.set(UNKNOWN.map(([, fault]) => ({ ...fault, match: { eventSourceId: PIXEL } })))
    const seen: unknown[] = []
    let since: number | null | undefined = null
    for (const [name] of UNKNOWN) {
      const report = await pair.push(host)
      expect(report, name).toMatchObject({ rejected: 0, uncertain: 0, waiting: 1 })
      const [row] = bySet(await pair.deliveries(), PIXEL)
      expect(row, name).toMatchObject({ state: 'waiting', outcome: 'unknown' })
      // Not at once again: it waits for at least half of two minutes, by chance longer, at most an hour.
      const wait = (row?.next_at ?? 0) - (await lastEnd(pair))
      expect(wait, name).toBeGreaterThan(50_000)
      expect(wait, name).toBeLessThanOrEqual(HOUR + 10_000)
      since ??= row?.first_unknown_at
      expect(row?.first_unknown_at, name).toBe(since)
      expect(row?.send_until, name).toBeLessThanOrEqual((since ?? 0) + 46 * HOUR)
      seen.push(row?.code)
      await pair.pass(host, HOUR)
    }
    expect(seen.filter((code) => code === null)).toEqual([])
    expect(await pair.push(host)).toMatchObject({ accepted: 1 })
    const hashes = track(pair, PIXEL).map(({ bodySha256 }) => bodySha256)
    expect(hashes).toHaveLength(UNKNOWN.length + 1)
    expect(new Set(hashes).size).toBe(1)
    // The other connection was served in the first cycle and never again.
    expect(track(pair, OTHER_PIXEL)).toHaveLength(1)
    expect([...pair.counted().values()]).toEqual([1, 1])
  })

  it.runIf(LONG)('is given up at the total time-out', { timeout: 90_000 }, async () => {
    const pair = await pairOf()
    const host = await pair.start()
    await pair.post(host, [wonNow('D-1')])
    pair.sandbox.state.faults.set([{ kind: 'drip', everyMs: 2000, match: TRACK }])
    const began = performance.now()
    expect(await pair.push(host)).toMatchObject({ waiting: 1 })
    expect(performance.now() - began).toBeLessThan(45_000)
    expect(await pair.deliveries()).toMatchObject([{ code: 'timeout', outcome: 'unknown' }])
    expect(await pair.push(host)).toMatchObject({ accepted: 1 })
  })
})

/** When the latest request ended, by the host's clock. */
async function lastEnd(pair: RealPair): Promise<number> {
  const rows = await pair.beside.ledger.db.selectFrom('attempts').select('ended_at').execute()
  return Math.max(...rows.map((row) => row.ended_at))
}

describe('a definite failure', () => {
  it('of the rate limit waits without a hot loop, and others go on', async () => {
    const pair = await pairOf({ settings: both() })
    const host = await pair.start({ everyMs: 20 })
    pair.sandbox.state.faults.set([
      { kind: 'envelope', code: 40100, times: 'forever', match: { eventSourceId: PIXEL } },
    ])
    const WAIT = { timeout: 20_000, interval: 20 }
    const accepted = async () => (await pair.deliveries()).filter(({ state }) => state === 'accepted').length
    // Three rounds of the other connection are many cycles of the first.
    for (const round of [1, 2, 3]) {
      await pair.post(host, [wonNow(`D-${round}`)])
      await expect.poll(accepted, WAIT).toBe(round)
    }
    expect(track(pair, PIXEL).length).toBeLessThanOrEqual(3)
    for (const row of bySet(await pair.deliveries(), PIXEL)) {
      expect(row).toMatchObject({ state: 'waiting', code: '40100', first_unknown_at: null })
    }
    pair.sandbox.state.faults.clear()
    await pair.pass(host, HOUR)
    await expect.poll(accepted, WAIT).toBe(6)
  })

  it('to connect leaves the outcome known: sent after two days, as if for the first time', async () => {
    const pair = await pairOf()
    const { url, close } = await startTikTokSandbox()
    await close()
    const nowhere = { TIKTOK_API_URL: url }
    const nobody = { TIKTOK_API_URL: 'http://tiktok.invalid' }
    for (const env of [nowhere, nobody]) {
      const host = await pair.start({ env })
      if (env === nowhere) await pair.post(host, [wonNow('D-1')])
      expect(await pair.push(host)).toMatchObject({ waiting: 1 })
      const [row] = await pair.deliveries()
      expect(row).toMatchObject({ state: 'waiting', outcome: 'later', first_unknown_at: null })
      await host.end('SIGTERM')
    }
    const host = await pair.start()
    await pair.pass(host, 49 * HOUR)
    expect(await pair.push(host)).toMatchObject({ accepted: 1, expired: 0 })
  })

  it('with HTTP 200 is judged by its code, and so is a success with another status', async () => {
    const pair = await pairOf()
    const host = await pair.start()
    await pair.post(host, [wonNow('D-1')])
    const ok = JSON.stringify({ code: 0, message: 'OK', request_id: 'r', data: {} })
    pair.sandbox.state.faults.set([
      { kind: 'envelope', code: 40002, message: 'Invalid value for properties', match: TRACK },
      { kind: 'http', status: 418, body: ok, accept: true, match: TRACK },
    ])
    expect(await pair.push(host)).toMatchObject({ accepted: 0, rejected: 0, waiting: 1 })
    expect(await pair.deliveries()).toMatchObject([{ outcome: 'refused', code: '40002' }])
    expect(await pair.push(host)).toMatchObject({ accepted: 1 })
  })
})

describe('poison in a batch of a thousand', () => {
  it.each([
    { poison: 1, withIndex: true, most: 3 },
    { poison: 3, withIndex: false, most: 3 * 2 * 10 + 3 },
  ])('is found and rejected alone: $poison with index $withIndex', async ({ poison, withIndex, most }) => {
    const pair = await pairOf()
    const host = await pair.start()
    const items = Array.from({ length: 1000 }, (_, at) => wonNow(`P-${at}`))
    expect((await pair.post(host, items)).status).toBe(202)
    const read = async () => (await pair.deliveries()).length
    await expect.poll(read, { timeout: 20_000, interval: 50 }).toBe(1000)
    const bad = (await pair.deliveries()).filter((_, at) => at % 397 === 5).slice(0, poison)
    const eventIds = bad.map((row) => row.event_id)
    pair.sandbox.state.faults.set([{ kind: 'poison', eventIds, withIndex, times: 'forever' }])
    const report = await pair.push(host)
    expect(report).toMatchObject({ accepted: 1000 - poison, rejected: poison, waiting: 0 })
    expect(report.requests).toBeLessThanOrEqual(most)
    const rejected = (await pair.deliveries()).filter(({ state }) => state === 'rejected')
    expect(rejected.map((row) => row.event_id).sort()).toEqual(eventIds.sort())
  })
})

describe('a set that nothing can be sent to', () => {
  it.each([
    { name: 'a revoked token', fault: { kind: 'envelope', code: 40105 } },
    { name: 'no permission', fault: { kind: 'envelope', code: 40001, message: 'No permission' } },
    {
      name: 'a wrong set',
      fault: { kind: 'envelope', code: 40002, message: 'Invalid event_source_id' },
    },
  ] as const)(
    'is parked with its remedy in mid-batch, and goes on when put right: $name',
    async ({ fault }) => {
      const settings = both()
      for (const each of settings.connections ?? []) each.delivery = { maxBatchEvents: 4 }
      const pair = await pairOf({ settings })
      const host = await pair.start()
      await pair.post(
        host,
        Array.from({ length: 10 }, (_, at) => wonNow(`D-${at}`)),
      )
      const match = { eventSourceId: PIXEL }
      pair.sandbox.state.faults.set([{ ...fault, skip: 1, times: 'forever', match }])
      const report = await pair.push(host)
      expect(report).toMatchObject({ accepted: 14, rejected: 0, uncertain: 0 })
      expect(report.parked).toMatchObject([{ connectionId: 'us-brand', eventSourceId: PIXEL }])
      expect(report.parked[0]?.remedy).not.toBe('')
      const waiting = bySet(await pair.deliveries(), PIXEL).filter(({ state }) => state === 'waiting')
      expect(waiting.map(({ attempts }) => attempts)).toEqual(Array(6).fill(0))

      // Parked is parked: nothing more is tried, also when asked for.
      const before = track(pair, PIXEL).length
      await pair.push(host)
      expect(track(pair, PIXEL)).toHaveLength(before)
      pair.sandbox.state.faults.clear()
      expect((await pair.cli('resume', 'us-brand')).code).toBe(0)
      expect(await pair.push(host)).toMatchObject({ accepted: 6, parked: [] })
    },
  )
})
