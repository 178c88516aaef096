import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journeysReport } from '../../core/analysis/reports/journeys-report.ts'
import { insertRows } from '../../core/ledger/rows.ts'
import { DealJourneys } from '../../core/model/journeys.ts'
import type { Connection } from '../../core/model/workspace.ts'
import type { OpenedLedger } from '../conformance/ledger-harness.ts'
import { openAt, openSqliteLedger } from '../support/open-ledger.ts'
import { usePostgres } from '../support/postgres.ts'
import { FROM, type Planted, plant, WORKSPACE } from './planted.ts'

const DAY = 86_400_000
const DEALS = 150

/** Two deals at a time were won at the same moment, so that a page may end between them. */
const wonAt = (at: number) => FROM + Math.floor(at / 2) * 3_600_000

const deal = (at: number): Planted => ({
  wonAt: wonAt(at),
  amountThen: { minor: 100 + at, currency: 'USD' },
  amountNow: { minor: 100 + at, currency: 'USD' },
  stillWon: at % 10 !== 7,
  deleted: false,
  deliveries: [],
  reason: null,
  click: at % 3 === 0 ? { at: wonAt(at) - DAY } : null,
  listed: null,
})

async function fill({ ledger }: OpenedLedger): Promise<void> {
  await plant(
    ledger,
    Array.from({ length: DEALS }, (_, at) => deal(at)),
  )
  const touch = (at: number, source: string) =>
    JSON.stringify({
      at,
      kind: 'visit',
      ttclid: null,
      ttp: null,
      utm: { source, medium: 'cpc', campaign: 'brand', content: null, term: null, id: null },
      pageUrl: null,
      referrer: null,
    })
  await insertRows(
    ledger.db,
    'touchpoints',
    Array.from({ length: DEALS }, (_, at) => at)
      .filter((at) => at % 5 === 0)
      .map((at) => ({
        deal_id: at + 1,
        digest: `d${at}`,
        at: 0,
        content: touch(wonAt(at) - 2 * DAY, 'Google'),
      })),
  )
  // The third deal was won again later in the period: it stands where it was first won.
  const again = await ledger.db
    .selectFrom('stage_changes')
    .selectAll()
    .where('id', '=', 3)
    .executeTakeFirstOrThrow()
  await insertRows(ledger.db, 'stage_changes', [
    { ...again, id: 5000, key: 'again', occurred_at: again.occurred_at + 5 * DAY },
  ])
}

function itLists(opened: () => OpenedLedger): void {
  async function pages(channel: string | null, limit: number) {
    const found: DealJourneys['deals'] = []
    for (let before: { at: number; id: number } | null = null; ; ) {
      const said: DealJourneys = await journeysReport(opened().ledger.reader, {
        connection: WORKSPACE.connections[0] as Connection,
        from: '2026-10-01',
        to: '2026-10-31',
        lookbackDays: 90,
        channel,
        before,
        limit,
      })
      expect(DealJourneys.parse(said)).toEqual(said)
      expect(said.deals.length).toBeLessThanOrEqual(limit)
      found.push(...said.deals)
      if (said.before === null) return found
      const [at = 0, id = 0] = said.before.split('-').map(Number)
      before = { at, id }
    }
  }

  it('lists every deal that is still won once, the last first, whatever the page holds', async () => {
    const all = await pages(null, 7)
    const expected = Array.from({ length: DEALS }, (_, at) => at)
      .filter((at) => at % 10 !== 7)
      .sort((a, b) => wonAt(b) - wonAt(a) || b - a)
      .map((at) => `D-${at + 1}`)
    expect(all.map(({ record }) => record.id)).toEqual(expected)
    expect(await pages(null, 1000)).toEqual(all)
  })

  it('tells the touches of a deal, oldest first, by channel and campaign', async () => {
    const all = await pages(null, 50)
    const of = (id: string) => all.find(({ record }) => record.id === id)
    expect(of('D-16')).toMatchObject({
      sourceId: 'shop-crm',
      amount: { amount: '1.15', currency: 'USD' },
      touches: [
        { kind: 'visit', place: ['google', 'brand'] },
        { kind: 'click', place: ['tiktok'] },
      ],
    })
    expect(of('D-2')?.touches).toEqual([])
  })

  it('narrows to a channel, and to what nobody saw come', async () => {
    const google = await pages('google', 4)
    expect(google.map(({ record }) => record.id)).toEqual(
      Array.from({ length: DEALS }, (_, at) => at)
        .filter((at) => at % 5 === 0 && at % 10 !== 7)
        .reverse()
        .map((at) => `D-${at + 1}`),
    )
    const nobodys = await pages('unknown', 50)
    expect(nobodys.every(({ touches }) => touches.length === 0)).toBe(true)
    expect(nobodys.length).toBeGreaterThan(10)
    expect(await pages('nowhere', 50)).toEqual([])
  })
}

describe('single journeys, on SQLite', () => {
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openSqliteLedger(() => FROM + 40 * DAY)
    await fill(opened)
  })
  afterAll(() => opened.close())
  itLists(() => opened)
})

describe('single journeys, on PostgreSQL', () => {
  const postgres = usePostgres()
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openAt(await postgres.emptyLedger(), () => FROM + 40 * DAY)
    await fill(opened)
  })
  afterAll(() => opened.close())
  itLists(() => opened)
})
