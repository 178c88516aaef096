import { describe, expect, it } from 'vitest'
import { canonicalJson, type JsonValue } from '../../core/model/json.ts'
import { MINUTE } from '../../core/model/time.ts'
import { postHttp } from '../support/real-host.ts'
import { SIGNING_SECRET } from '../support/samples.ts'
import { signedHeaders } from '../support/signed.ts'
import { useRealPair, wonNow } from '../support/use-real-pair.ts'

const MONTH = 30 * 24 * 60 * MINUTE
const pairOf = useRealPair()

describe('the same webhook', () => {
  it('fifty times at once, and signed again a month later, is one row and always welcome', async () => {
    const pair = await pairOf()
    const host = await pair.start()
    const items = [wonNow('D-1')]
    const id = 'msg_same'
    const signedAt = Date.now()
    const at = { at: signedAt, id }
    const answers = await Promise.all(Array.from({ length: 50 }, () => pair.post(host, items, at)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    const said = answers.map(({ results }) => results[0]?.status)
    expect(said.filter((status) => status === 'received')).toHaveLength(1)
    expect(said.filter((status) => status === 'duplicate')).toHaveLength(49)

    expect((await pair.push(host)).accepted).toBe(1)

    await pair.pass(host, MONTH)
    // The old bytes are a replay by now, the same message signed anew is not.
    expect((await postHttp(host.url, items, at)).status).toBe(401)
    const later = await pair.post(host, items, { at: Date.now() + MONTH })
    expect(later).toMatchObject({ status: 202, results: [{ status: 'duplicate' }] })
    expect((await pair.push(host)).requests).toBe(0)
    expect(await pair.deliveries()).toHaveLength(1)
  })

  it('with another amount is a conflict: the first stays, both are shown', async () => {
    const pair = await pairOf()
    const host = await pair.start()
    await pair.post(host, [wonNow('D-1', { amount: '4200.00' })])
    const second = await pair.post(host, [wonNow('D-1', { amount: '1.00' })])
    expect(second).toMatchObject({ status: 202, results: [{ status: 'conflict' }] })
    await pair.push(host)
    expect(await pair.deliveries()).toMatchObject([{ state: 'accepted', value_minor: 420_000 }])
    const kept = await pair.beside.ledger.db.selectFrom('conflicts').select(['key', 'content']).execute()
    expect(kept).toMatchObject([{ key: 'id:evt-D-1', content: expect.stringContaining('100') }])
  })

  it('is verified by its bytes, not by what they mean', async () => {
    const pair = await pairOf()
    const host = await pair.start()
    const body = JSON.stringify([wonNow('D-1')], null, 3).replace('"USD"', '"\\u0055SD"')
    const same = canonicalJson(JSON.parse(body) as JsonValue)
    const headers = signedHeaders(body, { secret: SIGNING_SECRET, at: Date.now() })
    const url = `${host.url}/hooks/webhook/shop-crm`
    const post = (text: string) => fetch(url, { method: 'POST', headers, body: text })
    expect((await post(same)).status).toBe(401)
    expect((await post(body)).status).toBe(202)
  })
})

const HOUR = 60 * MINUTE
const STORY = [
  { stage: 'won', amount: '100.00', hours: 6 },
  { stage: 'proposal', amount: '200.00', hours: 4 },
  { stage: 'won', amount: '300.00', hours: 2 },
] as const

describe('won, reopened and won again', () => {
  it('come to the same deal and one conversion, in whatever order they arrive', async () => {
    const pair = await pairOf()
    const host = await pair.start()
    const now = Date.now()
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]
    for (let step = 0; step < STORY.length; step++) {
      const items = orders.map((order, deal) => {
        const index = order[step] as 0 | 1 | 2
        const { stage, amount, hours } = STORY[index]
        return wonNow(`D-${deal}`, {
          id: `evt-${deal}-${index}`,
          stage,
          amount,
          occurredAt: new Date(now - hours * HOUR).toISOString(),
        })
      })
      expect((await pair.post(host, items)).status).toBe(202)
      await pair.push(host)
    }
    const { db } = pair.beside.ledger
    const deals = await db.selectFrom('deals').select('known').execute()
    const known = deals.map((deal) => withoutNames(deal.known))
    expect(known).toHaveLength(orders.length)
    expect(new Set(known).size).toBe(1)

    // One conversion a deal, with the time and the value of the win that was pushed first.
    const deliveries = await pair.deliveries()
    expect(deliveries).toHaveLength(orders.length)
    for (const row of deliveries) {
      const deal = row.deal_id - (deliveries[0]?.deal_id ?? 0)
      const firstWin = orders[deal]?.find((index) => index !== 1) as 0 | 2
      const { amount, hours } = STORY[firstWin]
      expect(row).toMatchObject({
        state: 'accepted',
        value_minor: Number(amount) * 100,
        occurred_at: now - hours * HOUR,
      })
    }
    expect([...pair.counted().values()]).toEqual(orders.map(() => 1))
    // Nothing is lost over it: every stage change stands in the ledger, the second win with its reason.
    const changes = await db.selectFrom('stage_changes').select('id').execute()
    expect(changes).toHaveLength(orders.length * STORY.length)
    const repeated = await db
      .selectFrom('reasons')
      .select('reason')
      .where('reason', '=', 'repeated')
      .execute()
    expect(repeated).toHaveLength(orders.length)
  })
})

/** What is known of a deal, without the names by which the six deals differ. */
function withoutNames(known: string): string {
  return canonicalJson(JSON.parse(known.replaceAll(/evt-\d/g, 'evt').replaceAll(/"[0-9a-f]{64}"/g, '"hash"')))
}
