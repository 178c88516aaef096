import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTikTokSandbox } from '../../../fixtures/sandbox/tiktok/index.ts'
import { ask } from './ask.ts'
import { eventually } from './eventually.ts'
import { type MetricSample, parseMetrics } from './parse-metrics.ts'
import { item, post, type Rig, startRig } from './rig.ts'

describe('the metrics of a host', () => {
  let tiktok: Awaited<ReturnType<typeof startTikTokSandbox>>
  let rig: Rig
  let viewer = ''
  /** Counts of the ledger are ten seconds old at most: the clock of the host is moved on instead of waiting. */
  let passed = 0
  beforeAll(async () => {
    tiktok = await startTikTokSandbox({ port: 0 })
    rig = await startRig({ env: { TIKTOK_API_URL: tiktok.url }, now: () => Date.now() + passed })
    viewer = await rig.key('viewer')
  })
  afterAll(async () => {
    await rig.end()
    await tiktok.close()
  })

  async function scrape(): Promise<{ text: string; samples: MetricSample[] }> {
    passed += 11_000
    const answer = await fetch(`${rig.url}/metrics`, { headers: { authorization: `Bearer ${viewer}` } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = await answer.text()
    return { text, samples: parseMetrics(text) }
  }
  const total = (samples: MetricSample[], name: string, labels: Record<string, string> = {}) =>
    samples
      .filter((each) => each.name === name)
      .filter((each) => Object.entries(labels).every(([key, value]) => each.labels[key] === value))
      .reduce((sum, { value }) => sum + value, 0)

  it('are for viewers, not for strangers', async () => {
    expect((await fetch(`${rig.url}/metrics`)).status).toBe(401)
  })

  it('equal the counts of the ledger after a story', async () => {
    // Three accepted, one held for an amount; one repeated, one in conflict, one unreadable, one unsigned.
    const good = [item(), item(), item()]
    expect((await post(rig.url, good)).status).toBe(202)
    await post(rig.url, good[0])
    await post(rig.url, { ...good[1], amount: '1.00' })
    await post(rig.url, item({ occurredAt: 'yesterday' }))
    await post(rig.url, item(), { headers: { 'webhook-signature': 'v1,AAAA' } })
    await post(rig.url, item({ amount: null }))
    const key = await rig.key('editor')
    await eventually(async () => {
      const { json } = await ask(rig.url, 'GET /status', { key })
      expect(json.unread).toBe(0)
    })
    await ask(rig.url, 'POST /push', { key })
    await post(rig.url, item({ amount: '7.00' }), { source: 'other-crm' })
    await eventually(async () => {
      const { json } = await ask(rig.url, 'GET /deliveries?state=waiting', { key })
      expect(json.deliveries).toHaveLength(1)
    })

    const { samples } = await scrape()
    const { db } = rig.closeback.ledger
    const deliveries = await db.selectFrom('deliveries').select(['connection_id', 'state']).execute()
    const inLedger = (state: string) => deliveries.filter((each) => each.state === state).length
    expect(inLedger('accepted')).toBe(3)
    for (const state of ['held', 'waiting', 'in_flight', 'uncertain'])
      expect(total(samples, 'closeback_outbox_deliveries', { connection: 'us-brand', state }), state).toBe(
        inLedger(state),
      )
    for (const state of ['accepted', 'rejected'])
      expect(total(samples, 'closeback_deliveries_settled_total', { state }), state).toBe(inLedger(state))
    expect(total(samples, 'closeback_delivery_lag_seconds_count')).toBe(inLedger('accepted'))
    expect(total(samples, 'closeback_delivery_lag_seconds_bucket', { le: '60' })).toBe(0)
    expect(total(samples, 'closeback_delivery_lag_seconds_bucket', { le: '300' })).toBe(3)

    const attempts = await db.selectFrom('attempts').select(['outcome', 'code']).execute()
    for (const { outcome, code } of attempts)
      expect(total(samples, 'closeback_tiktok_answers_total', { outcome, code })).toBe(
        attempts.filter((each) => each.outcome === outcome && each.code === code).length,
      )
    expect(total(samples, 'closeback_tiktok_answers_total')).toBe(attempts.length)

    const items = (result: string) => total(samples, 'closeback_webhook_items_total', { result })
    const inbox = await db.selectFrom('inbox').select('id').execute()
    expect(items('received')).toBe(inbox.length)
    expect([items('duplicate'), items('conflict'), items('invalid')]).toEqual([1, 1, 1])
    expect(total(samples, 'closeback_webhook_answer_seconds_count', { status: '401' })).toBe(1)
    expect(total(samples, 'closeback_webhook_answer_seconds_count')).toBe(7)
    expect(total(samples, 'closeback_job_last_success_timestamp_seconds', { job: 'push' })).toBeGreaterThan(
      1.7e9,
    )
    expect(total(samples, 'closeback_inbox_messages')).toBe(0)
    expect(total(samples, 'closeback_parked_sets')).toBe(0)
    expect(total(samples, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
    expect(total(samples, 'process_resident_memory_bytes')).toBeGreaterThan(0)
  })

  it('tell of a parked set, and of what TikTok said', async () => {
    await rig.closeback.ledger.db
      .insertInto('event_sets')
      .values({
        connection_id: 'us-brand',
        event_source_id: 'C4AAAAAAAAAAAAAAAAAA',
        parked_at: 1,
        code: '40105',
        message: '',
        remedy: '',
        token_digest: '',
        probe_at: 1e15,
      })
      .execute()
    const { samples } = await scrape()
    expect(total(samples, 'closeback_parked_sets', { connection: 'us-brand' })).toBe(1)
  })

  it('grow with the settings, not with what is posted, and quote nobody', async () => {
    // A job that ends, or a kind of garbage collection that runs, for the first time meanwhile adds lines of
    // its own, whatever is posted.
    const posted = (samples: readonly { name: string }[]) =>
      samples.filter(({ name }) => !/^(closeback_job|nodejs_gc)_/.test(name)).length
    const before = posted((await scrape()).samples)
    const deals = Array.from({ length: 50 }, (_, at) =>
      item({ stage: `stage-${at}`, record: { type: `type-${at}`, id: `D-${at}` } }),
    )
    await post(rig.url, deals)
    for (let at = 0; at < 20; at++) await post(rig.url, item(), { source: `nobody-${at}` })
    const { text, samples } = await scrape()
    // One more status (404) of one histogram.
    expect(posted(samples) - before).toBeLessThanOrEqual(17)
    expect(samples.length).toBeLessThan(400)
    expect(text).not.toMatch(/ada@|1415|nobody|stage-|D-\d/)
  })

  it('are named and described as Prometheus asks', async () => {
    const { text, samples } = await scrape()
    for (const { name } of samples) {
      const family = name.replace(/_(bucket|sum|count)$/, '')
      expect(text.includes(`# HELP ${name} `) || text.includes(`# HELP ${family} `), name).toBe(true)
    }
    const types = [...text.matchAll(/^# TYPE (closeback_\w+) (\w+)$/gm)]
    expect(types.length).toBeGreaterThan(10)
    for (const [, name = '', type] of types)
      if (type === 'counter') expect(name).toMatch(/_total$/)
      else expect(name).not.toMatch(/_total$/)
  })
})
