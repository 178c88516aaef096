import { expect, it } from 'vitest'
import { Workspace } from '../../../core/model/workspace.ts'
import { preview } from '../../../core/pipeline/history/preview.ts'
import { onBothEngines } from '../../support/engines.ts'
import type { Pair } from '../../support/pair.ts'
import { connection, rule, settings, source, won } from '../../support/samples.ts'
import { START } from '../../support/test-clock.ts'
import { rowCounts } from './row-counts.ts'

const DAY = 86_400_000
const ago = (days: number) => new Date(START - days * DAY).toISOString()

function previewOf({ closeback }: Pair, days = 30, proposed?: Workspace) {
  const request = { since: START - days * DAY, sourceId: null, ...(proposed && { proposed }) }
  return preview(closeback.pipeline, request)
}

onBothEngines('preview', (pairOf) => {
  it('counts what would go beside what went, exactly, and writes nothing', async () => {
    const pair = await pairOf({ settings: settings({ connections: [connection({ startAt: ago(5) })] }) })
    await pair.post([
      won('D-1'),
      won('D-2', { amount: '0.01', click: { ttclid: 'E.C.P.abc' } }),
      won('D-3', { occurredAt: ago(6) }),
      won('D-4', { occurredAt: ago(40) }),
      won('D-5', { stage: 'lost' }),
      won('D-6', { contact: {} }),
      won('D-7', { amount: '-1.00' }),
    ])
    await pair.cycle()
    const before = await rowCounts(pair)
    const requests = pair.sandbox.state.requests.all().length
    const { changes, present, proposed, sources } = await previewOf(pair)
    expect(await rowCounts(pair)).toEqual(before)
    expect(pair.sandbox.state.requests.all()).toHaveLength(requests)
    expect({ changes, proposed, sources }).toEqual({
      changes: 6,
      proposed: null,
      sources: [{ sourceId: 'shop-crm', from: 'ledger' }],
    })
    expect(present.unmatched).toEqual([{ reason: 'no_rule', count: 1 }])
    expect(present.lines).toEqual([
      {
        ruleId: 'won',
        connectionId: 'us-brand',
        event: 'Purchase',
        would: {
          count: 3,
          values: [{ amount: '8400.01', currency: 'USD' }],
          matchScore: { average: 72.7, deviation: 17.9, lowest: 60, highest: 98 },
          beforeStart: 1,
          tooOld: 0,
        },
        held: [],
        sent: { count: 2, values: [{ amount: '4200.01', currency: 'USD' }] },
        difference: { count: 1, values: [{ amount: '4200.00', currency: 'USD' }] },
        states: [{ state: 'accepted', count: 2 }],
        reasons: [
          { reason: 'no_match_key', count: 1 },
          { reason: 'negative_amount', count: 1 },
        ],
      },
    ])
    expect((await previewOf(pair, 60)).present.lines[0]?.would).toMatchObject({
      count: 4,
      tooOld: 1,
      beforeStart: 2,
    })
  })

  it('shows the newest deals behind a difference: what was sent, what would be, and why not', async () => {
    const pair = await pairOf({ settings: settings({ connections: [connection({ startAt: ago(5) })] }) })
    await pair.post([
      won('D-1', { occurredAt: ago(3) }),
      won('D-2', { occurredAt: ago(2), amount: '100.00' }),
      won('D-3', { occurredAt: ago(6) }),
      won('D-4', { occurredAt: ago(1), contact: {} }),
    ])
    await pair.cycle()
    // Against what was sent: only the deal before the start differs.
    const { samples } = await previewOf(pair)
    expect(samples).toMatchObject([
      {
        sourceId: 'shop-crm',
        record: { type: 'deal', id: 'D-3' },
        milestone: 'won',
        occurredAt: START - 6 * DAY,
        inLedger: true,
        ruleId: 'won',
        connectionId: 'us-brand',
        before: null,
        after: { event: 'Purchase', value: { amount: '4200.00', currency: 'USD' } },
      },
    ])
    // Against the present rules: another value for each deal that goes, the newest first, and none for who cannot be matched.
    const half = Workspace.parse(
      settings({ rules: [rule({ send: { value: { from: 'amount', percent: '50' } } })] }),
    )
    const { samples: changed } = await previewOf(pair, 30, half)
    expect(
      changed.map(({ record, before, after }) => [record.id, before?.value?.amount, after?.value?.amount]),
    ).toEqual([
      ['D-2', '100.00', '50.00'],
      ['D-1', '4200.00', '2100.00'],
      ['D-3', '4200.00', '2100.00'],
    ])
    const same = await previewOf(pair, 30, Workspace.parse(settings()))
    expect(same.samples).toEqual([])
  })

  it('keeps ten of them, however many there are', async () => {
    const pair = await pairOf()
    await pair.post(
      Array.from({ length: 25 }, (_, at) =>
        won(`D-${at}`, { occurredAt: new Date(START - (30 - at) * 60_000).toISOString() }),
      ),
    )
    await pair.cycle()
    const { samples } = await previewOf(pair, 30, Workspace.parse(settings({ rules: [] })))
    expect(samples.map(({ record }) => record.id)).toEqual(
      Array.from({ length: 10 }, (_, at) => `D-${24 - at}`),
    )
  })

  it('lets a milestone fire once, as it did', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1', { id: 'a' }), won('D-1', { id: 'b', occurredAt: ago(1) }), won('D-2')])
    await pair.cycle()
    const [line] = (await previewOf(pair)).present.lines
    expect(line).toMatchObject({
      would: { count: 2 },
      sent: { count: 2 },
      difference: { count: 0, values: [] },
      reasons: [{ reason: 'repeated', count: 1 }],
    })
    // As nothing went under these rules, the two entries of one deal compete among themselves.
    const again = Workspace.parse(
      settings({ rules: [rule({ id: 'late', send: { event: 'CompletePayment' } })] }),
    )
    const { proposed } = await previewOf(pair, 30, again)
    expect(proposed?.lines[0]).toMatchObject({ ruleId: 'late', would: { count: 2 }, sent: { count: 0 } })
    expect(proposed?.lines[0]?.reasons).toEqual([{ reason: 'repeated', count: 1 }])
    expect(proposed?.lines[1]).toMatchObject({ ruleId: 'won', would: { count: 0 }, sent: { count: 2 } })
  })

  it('shows what other rules would make of it', async () => {
    const pair = await pairOf()
    await pair.post([won('D-1'), won('D-2', { utm: { source: 'tiktok' } }), won('D-3', { stage: 'demo' })])
    await pair.cycle()
    const proposed = Workspace.parse(
      settings({
        rules: [
          rule({ audience: 'tiktok' }),
          rule({
            id: 'demo',
            when: { stage: 'demo' },
            send: { event: 'Lead', value: { fixed: '5.00', currency: 'USD' } },
          }),
        ],
      }),
    )
    const report = await previewOf(pair, 30, proposed)
    expect(report.present.lines).toMatchObject([{ ruleId: 'won', would: { count: 2 } }])
    expect(report.proposed?.lines).toMatchObject([
      { ruleId: 'won', would: { count: 1 }, reasons: [{ reason: 'not_tiktok', count: 1 }] },
      { ruleId: 'demo', would: { count: 1, values: [{ amount: '5.00', currency: 'USD' }], beforeStart: 0 } },
    ])
    expect(report.proposed?.unmatched).toEqual([])
  })

  it('counts records that two sources share once', async () => {
    const pair = await pairOf({
      settings: settings({ sources: [source(), source({ id: 'other-crm', dealKey: 'shop_id' })] }),
    })
    await pair.post([won('D-1')])
    await pair.cycle()
    await pair.post([won('O-1', { fields: { shop_id: 'D-1' } })], 'other-crm')
    await pair.cycle()
    const { present, changes } = await previewOf(pair)
    expect(changes).toBe(2)
    expect(present.lines[0]).toMatchObject({
      would: { count: 1 },
      reasons: [{ reason: 'repeated', count: 1 }],
    })
  })

  it('goes through many pages and stops when it is told to', async () => {
    const pair = await pairOf()
    await pair.post(Array.from({ length: 600 }, (_, n) => won(`D-${n}`)))
    await pair.post(Array.from({ length: 600 }, (_, n) => won(`E-${n}`)))
    await pair.cycle()
    const told: [number, number | null][] = []
    const request = {
      since: 0,
      sourceId: 'shop-crm',
      onProgress: (done: number, total: number | null) => void told.push([done, total]),
    }
    const report = await preview(pair.closeback.pipeline, request)
    expect(report.present.lines[0]?.would.count).toBe(1200)
    expect(told).toEqual([
      [500, 1200],
      [1000, 1200],
      [1200, 1200],
    ])
    await expect(preview(pair.closeback.pipeline, { ...request, mayContinue: () => false })).rejects.toThrow(
      'stopped',
    )
  })
})
