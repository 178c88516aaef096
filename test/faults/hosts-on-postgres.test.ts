import { describe, expect, it } from 'vitest'
import { claim } from '../../core/ledger/outbox.ts'
import { usePostgres } from '../support/postgres.ts'
import { connection, PIXEL, settings, won } from '../support/samples.ts'
import { usePair } from '../support/use-pair.ts'

const LONG = process.env.CLOSEBACK_LONG === '1'
const postgres = usePostgres()
const pairOf = usePair()
/** Small batches: many claims, so that hosts meet. */
const small = settings({ connections: [connection({ delivery: { maxBatchEvents: 20 } })] })
const deals = (n: number) => Array.from({ length: n }, (_, at) => won(`D-${at}`))

describe('hosts that share one PostgreSQL', () => {
  it.each([2, 4])('%i of them send every event once', async (hosts) => {
    const pair = await pairOf({ settings: small, database: await postgres.emptyLedger() })
    const all = [pair.closeback]
    while (all.length < hosts) all.push(await pair.another())
    for (let round = 0; round < (LONG ? 20 : 1); round++) {
      await pair.post(
        deals(600).map((item) => ({
          ...item,
          id: `${item.id}-${round}`,
          record: { ...item.record, id: `${item.record.id}-${round}` },
        })),
      )
      await Promise.all(all.map((host) => pair.cycle({}, host)))
      await pair.cycle()
    }
    const sent = pair.sandbox.state.requests.all().flatMap(({ detail }) => detail.eventIds)
    expect(new Set(sent).size).toBe(sent.length)
    expect(pair.counted().size).toBe(600 * (LONG ? 20 : 1))
    const states = new Set((await pair.deliveries()).map(({ state }) => state))
    expect([...states]).toEqual(['accepted'])
  })

  it('a claim goes round what another host is taking, without waiting for it', async () => {
    const pair = await pairOf({ settings: small, database: await postgres.emptyLedger() })
    const other = await pair.another()
    await pair.post(deals(10))
    pair.intercept = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))
    await pair.cycle()
    const wanted = { connectionId: 'us-brand', eventSourceId: PIXEL, limit: 4, holder: 'host:other' }
    const now = pair.clock.now()
    await other.ledger.db.updateTable('deliveries').set({ next_at: now }).execute()
    const taken = await pair.closeback.ledger.transaction(async (tx) => {
      const held = await tx.selectFrom('deliveries').select('id').orderBy('id').limit(4).forUpdate().execute()
      const { deliveries } = await claim(other.ledger, { ...wanted, earliest: now, latest: now })
      return { held: held.map(({ id }) => id), claimed: deliveries.map(({ id }) => id) }
    })
    expect(taken.claimed).toHaveLength(4)
    expect(taken.claimed.filter((id) => taken.held.includes(id))).toEqual([])
    await other.ledger.db
      .updateTable('deliveries')
      .set({ lease_until: 0 })
      .where('state', '=', 'in_flight')
      .execute()
  })

  it('one that was stopped past its lease changes no row when it goes on', async () => {
    const pair = await pairOf({ settings: small, database: await postgres.emptyLedger() })
    const other = await pair.another()
    await pair.post([won('D-1')])
    const gate = { first: latch(), second: latch() }
    let requests = 0
    // Both hosts wait inside their requests: the first gets a refusal long after the second took over.
    pair.intercept = async (send, body) => {
      // The question for TikTok's time has no body.
      if (body === '') return send()
      requests++
      if (requests === 1) {
        await gate.first.opened
        return Response.json({ code: 40002, message: 'Invalid value for properties', request_id: 'r' })
      }
      await gate.second.opened
      return send()
    }
    const stopped = pair.cycle()
    await expect.poll(() => requests).toBe(1)
    await other.ledger.db.updateTable('deliveries').set({ lease_until: 0 }).execute()
    const next = pair.cycle({}, other)
    await expect.poll(() => requests).toBe(2)
    const [held] = await pair.deliveries()

    gate.first.open()
    expect(await stopped).toMatchObject({ accepted: 0, rejected: 0, waiting: 0 })
    expect(await pair.deliveries()).toEqual([held])
    gate.second.open()
    expect(await next).toMatchObject({ accepted: 1 })
    const [row] = await pair.deliveries()
    expect(row).toMatchObject({ state: 'accepted', first_unknown_at: expect.any(Number) })
  })
})

function latch() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}
