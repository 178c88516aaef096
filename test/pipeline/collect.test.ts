import { expect, it } from 'vitest'
import { touchpointsOf } from '../../core/ledger/deals.ts'
import { collect, type Told } from '../../core/pipeline/collect.ts'
import { erase } from '../../core/pipeline/erase.ts'
import { onBothEngines } from '../support/engines.ts'
import type { Pair } from '../support/pair.ts'
import { connection, rule, source } from '../support/samples.ts'
import { START } from '../support/test-clock.ts'

const VISITOR = 'a'.repeat(32)
const EMAIL = 'alice_abc@gmail.com'
/** The vector of TikTok's documents. */
const DIGEST = '848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f'

const SETTINGS = {
  version: 1 as const,
  connections: [connection()],
  sources: [source()],
  rules: [rule()],
  capture: { origins: ['https://www.shop.example'] },
}

function told(over: Partial<Told> = {}): Told {
  const touch = {
    at: START - 86_400_000,
    pageUrl: 'https://www.shop.example/?ttclid=E.C.P.1&utm_source=tiktok&utm_id=7&secret=x',
    referrer: null,
  }
  return { visitor: VISITOR, touches: [touch], email: null, ...over }
}

function won(over: object) {
  return {
    id: 'evt-1',
    record: { type: 'deal', id: 'D-1' },
    stage: 'won',
    occurredAt: new Date(START - 60_000).toISOString(),
    amount: '10.00',
    currency: 'USD',
    ...over,
  }
}

async function touches(pair: Pair) {
  const { db } = pair.closeback.ledger
  const deals = await db.selectFrom('deals').select('id').orderBy('id').execute()
  const all = await Promise.all(deals.map(({ id }) => touchpointsOf(db, id)))
  return all.flat()
}

onBothEngines('visits that browsers told of', (pairOf) => {
  const told1 = () => told()
  const CASES: [by: string, deal: object, steps: (() => Told)[]][] = [
    ['by the number in a field of the form', { fields: { closeback_id: VISITOR } }, [told1]],
    [
      'by the digest of the address',
      { contact: { email: EMAIL } },
      [told1, () => told({ touches: [], email: DIGEST })],
    ],
  ]
  it.each(CASES)('go to the deal %s, whichever came first', async (_by, deal, steps) => {
    const pair = await pairOf({ settings: SETTINGS })
    const { ledger } = pair.closeback
    const post = async (id: string) => {
      await pair.post([won({ ...deal, id: `evt-${id}`, record: { type: 'deal', id } })])
      await pair.cycle()
    }
    // One deal before all of it, one between each two steps, one after: all of them know in the end.
    await post('before')
    for (const [at, step] of steps.entries()) {
      await collect(ledger, step())
      await post(`after-${at}`)
    }
    // Told again, it is still one.
    await collect(ledger, told())
    const all = await touches(pair)
    expect(all).toHaveLength(steps.length + 1)
    for (const touch of all) {
      expect(touch).toMatchObject({ at: START - 86_400_000, kind: 'click', ttclid: 'E.C.P.1' })
      expect(touch.utm).toMatchObject({ source: 'tiktok', id: '7' })
      expect(touch.pageUrl).not.toContain('secret')
    }
  })

  it('do not go to the deals of others', async () => {
    const pair = await pairOf({ settings: SETTINGS })
    await collect(pair.closeback.ledger, told({ email: DIGEST }))
    await pair.post([
      won({ contact: { email: 'ada@example.com' }, fields: { closeback_id: 'b'.repeat(32) } }),
    ])
    await pair.cycle()
    expect(await touches(pair)).toEqual([])
  })

  it('are forgotten with the person, who is not followed again', async () => {
    const pair = await pairOf({ settings: SETTINGS })
    const { ledger } = pair.closeback
    await collect(ledger, told({ email: DIGEST }))
    await erase(pair.closeback.pipeline, { emails: [EMAIL], phones: [], externalIds: [] }, 'test')
    const left = async () => (await ledger.db.selectFrom('visits').selectAll().execute()).length
    expect(await left()).toBe(0)
    await collect(ledger, told({ email: DIGEST }))
    expect(await left()).toBe(0)
    expect(await ledger.db.selectFrom('visitors').selectAll().execute()).toEqual([])
  })

  it('are gone after 90 days', async () => {
    const pair = await pairOf({ settings: SETTINGS })
    const { ledger } = pair.closeback
    await collect(ledger, told())
    pair.clock.pass(91 * 86_400_000)
    await collect(ledger, told({ visitor: 'c'.repeat(32), touches: [] }))
    expect(await ledger.db.selectFrom('visits').selectAll().execute()).toEqual([])
  })
})
