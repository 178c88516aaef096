import { expect, it } from 'vitest'
import type { Hydrated } from '../../../core/adapter.ts'
import { emptyRawIdentity } from '../../../core/identity/identity.ts'
import { readStory } from '../../../core/ledger/story.ts'
import { EMPTY_FACTS } from '../../../core/model/record.ts'
import { planBackfill, runBackfill } from '../../../core/pipeline/history/backfill.ts'
import { preview } from '../../../core/pipeline/history/preview.ts'
import { onBothEngines } from '../../support/engines.ts'
import type { Pair } from '../../support/pair.ts'
import { connection, otherConnection, rule, settings, won } from '../../support/samples.ts'
import { START } from '../../support/test-clock.ts'
import { rowCounts } from './row-counts.ts'

const DAY = 86_400_000
const ago = (days: number) => new Date(START - days * DAY).toISOString()
/** Everything before yesterday is before the start. */
const late = () => settings({ connections: [connection({ startAt: ago(1) })] })
const ALL = { since: START - 60 * DAY, sourceId: null }

const planOf = ({ closeback }: Pair) => planBackfill(closeback.pipeline, ALL)

async function backfill(pair: Pair): Promise<number> {
  const { count } = await planOf(pair)
  return runBackfill(pair.closeback.pipeline, { ...ALL, actor: 'cli', planned: count })
}

onBothEngines('backfill', (pairOf) => {
  it('sends what was before the start, once, and nothing that is too old', async () => {
    const pair = await pairOf({ settings: late() })
    await pair.post([
      won('D-1'),
      won('D-2', { occurredAt: ago(10) }),
      won('D-3', { occurredAt: ago(27), amount: '0.01' }),
      won('D-4', { occurredAt: ago(29), amount: '7.00' }),
      won('D-5', { occurredAt: ago(10), stage: 'lost' }),
      won('D-6', { occurredAt: ago(10), contact: {} }),
      won('D-7', { occurredAt: ago(61) }),
    ])
    await pair.cycle()
    expect(pair.counted().size).toBe(1)

    const before = await rowCounts(pair)
    expect(await planOf(pair)).toEqual({
      sources: [{ sourceId: 'shop-crm', from: 'ledger' }],
      count: 2,
      lines: [
        {
          connectionId: 'us-brand',
          event: 'Purchase',
          count: 2,
          values: [{ amount: '4200.01', currency: 'USD' }],
          held: [],
          tooOld: { count: 1, values: [{ amount: '7.00', currency: 'USD' }] },
        },
      ],
      oldest: { sourceId: 'shop-crm', record: { type: 'deal', id: 'D-3' }, occurredAt: START - 27 * DAY },
    })
    expect(await rowCounts(pair)).toEqual(before)

    expect(await backfill(pair)).toBe(2)
    expect(await pair.cycle()).toMatchObject({ accepted: 2, rejected: 0 })
    expect(pair.counted().size).toBe(3)
    const [story] = await readStory(pair.closeback.ledger.reader, 'shop-crm', { type: 'deal', id: 'D-2' })
    expect(story?.changes[0]).toMatchObject({ whyNot: [], deliveries: [{ state: 'accepted' }] })

    expect(await planOf(pair)).toMatchObject({ count: 0 })
    expect(await backfill(pair)).toBe(0)
    expect(await pair.cycle()).toMatchObject({ accepted: 0, requests: 0 })
    expect(await pair.reasons()).toEqual(['before_start', 'before_start', 'before_start', 'before_start'])
  })

  it('notes who asked for it', async () => {
    const pair = await pairOf({ settings: late() })
    await pair.post([won('D-2', { occurredAt: ago(10) })])
    await pair.cycle()
    await backfill(pair)
    const journal = await pair.closeback.ledger.db
      .selectFrom('journal')
      .selectAll()
      .where('verb', '=', 'backfill')
      .execute()
    expect(journal).toMatchObject([
      { actor: 'cli', subject: 'every source', detail: `since ${ago(60)}, 1 planned` },
    ])
  })

  it('lets the first of two entries into one milestone win, and names the other repeated', async () => {
    const pair = await pairOf({ settings: late() })
    await pair.post([
      won('D-1', { id: 'a', occurredAt: ago(9), amount: '1.00' }),
      won('D-1', { id: 'b', occurredAt: ago(8), amount: '2.00' }),
    ])
    await pair.cycle()
    expect(await planOf(pair)).toMatchObject({ count: 1, lines: [{ values: [{ amount: '1.00' }] }] })
    expect(await backfill(pair)).toBe(1)
    expect((await pair.deliveries()).map((row) => row.value_minor)).toEqual([100])
    expect(await planOf(pair)).toMatchObject({ count: 0 })
  })

  it('reaches a rule and a connection that came later, and does not send the first event again', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', { occurredAt: ago(3) }), won('D-2', { occurredAt: ago(3), stage: 'demo' })])
    await pair.cycle()
    const { startAt: _, ...later } = otherConnection({ currency: 'USD' })
    await pair.apply(
      settings({
        connections: [connection(), later],
        rules: [
          rule(),
          rule({ id: 'eu', send: { to: ['eu-brand'] } }),
          rule({ id: 'demo', when: { stage: 'demo' }, send: { event: 'Lead' } }),
        ],
      }),
    )
    expect(await planOf(pair)).toMatchObject({
      count: 2,
      lines: [
        { connectionId: 'eu-brand', event: 'Purchase', count: 1 },
        { connectionId: 'us-brand', event: 'Lead', count: 1 },
      ],
    })
    expect(await backfill(pair)).toBe(2)
    expect(await pair.cycle()).toMatchObject({ accepted: 2 })
    expect(await pair.reasons()).toEqual([])
    expect(await backfill(pair)).toBe(0)
  })

  it('holds what has no currency TikTok takes until there is a rate', async () => {
    const pair = await pairOf({ settings: late() })
    await pair.post([won('D-1', { occurredAt: ago(3), currency: 'LKR' })])
    await pair.cycle()
    expect(await planOf(pair)).toMatchObject({
      lines: [{ count: 1, held: [{ reason: 'currency', count: 1 }] }],
    })
    expect(await backfill(pair)).toBe(1)
    expect(await pair.deliveries()).toMatchObject([{ state: 'held', hold_reason: 'currency' }])
    await pair.apply({ ...late(), rates: [{ date: '2026-11-01', from: 'LKR', to: 'USD', rate: '0.01' }] })
    await pair.post([won('D-1', { id: 'touch', stage: 'thanked', currency: 'LKR' })])
    await pair.cycle()
    expect(await pair.deliveries()).toMatchObject([{ state: 'accepted', value_minor: 4200 }])
  })

  it('goes by the history of the CRM where the adapter has one', async () => {
    const pair = await pairOf({ settings: late() })
    const { pipeline } = pair.closeback
    const said = (name: string, days: number): Hydrated => ({
      ticket: `h:${name}`,
      change: {
        key: `h:${name}`,
        record: { type: 'deal', id: name },
        pipeline: null,
        stage: 'closedwon',
        previousStage: null,
        milestone: 'won',
        occurredAt: START - days * DAY,
        historyId: name,
        amount: { minor: 500, currency: 'USD' },
        browserEvent: null,
      },
      facts: { ...EMPTY_FACTS, amount: { minor: 500, currency: 'USD' } },
      asOf: START - days * DAY,
      identity: { ...emptyRawIdentity(), emails: [`${name}@example.com`] },
      touchpoints: [],
    })
    const read = pipeline.settings
    pipeline.settings = async () => {
      const current = await read()
      const active = current.sources.get('shop-crm')
      if (!active) throw new Error('no source')
      const adapter = {
        ...active.adapter,
        async *history() {
          yield [said('h1', 3), said('h2', 70)]
          yield [said('h1', 3), said('h3', 40), said('h4', 5)]
        },
      }
      return { ...current, sources: new Map([['shop-crm', { ...active, adapter }]]) }
    }
    const before = await rowCounts(pair)
    expect(await planOf(pair)).toMatchObject({
      sources: [{ sourceId: 'shop-crm', from: 'crm' }],
      count: 2,
      lines: [{ count: 2, values: [{ amount: '10.00', currency: 'USD' }], tooOld: { count: 1 } }],
    })
    const { present } = await preview(pipeline, ALL)
    expect(present.lines[0]).toMatchObject({ would: { count: 3, tooOld: 1 }, sent: { count: 0 } })
    expect(await rowCounts(pair)).toEqual(before)
    expect(await backfill(pair)).toBe(2)
    expect(await pair.cycle()).toMatchObject({ accepted: 2 })
    expect(await backfill(pair)).toBe(0)
    const rows = await pair.closeback.ledger.db.selectFrom('deals').select(['record_id', 'known']).execute()
    expect(rows).toHaveLength(3)
    expect(JSON.stringify(rows)).not.toContain('@example.com')
  })
})
