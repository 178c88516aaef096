import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { campaignsReport } from '../../core/analysis/reports/campaigns-report.ts'
import type { AcceptedGroup } from '../../core/ledger/accepted-by-campaign.ts'
import { keepHierarchy } from '../../core/ledger/hierarchy.ts'
import { addDayPulls } from '../../core/ledger/insight-days.ts'
import { putInsights } from '../../core/ledger/insights.ts'
import { Campaigns } from '../../core/model/campaigns.ts'
import { type Figures, METRICS } from '../../core/model/insight.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { settledDays } from '../../server/overview/settled-days.ts'
import type { OpenedLedger } from '../conformance/ledger-harness.ts'
import { openAt, openSqliteLedger } from '../support/open-ledger.ts'
import { usePostgres } from '../support/postgres.ts'
import { FROM, type Planted, plant, WORKSPACE } from './planted.ts'

const DAY = 86_400_000
const NOTHING = Object.fromEntries(METRICS.map((metric) => [metric, null])) as Figures
const NOON = FROM + 12 * 3_600_000

/** A deal that TikTok accepted so many days after the first of October. */
function delivered(
  days: number,
  minor: number,
  over: { currency?: string; test?: boolean; state?: 'rejected' } = {},
): Planted {
  const at = NOON + days * DAY
  const value = { minor, currency: over.currency ?? 'USD' }
  return {
    wonAt: at,
    amountThen: value,
    amountNow: value,
    stillWon: true,
    deleted: false,
    deliveries: [{ state: over.state ?? 'accepted', at, value, test: over.test ?? false }],
    reason: null,
    click: null,
    listed: null,
  }
}

/** Deal, and the campaign that its record remembers: by the macro's id, by its name, or not at all. */
const DEALS: [Planted, { id?: string; campaign?: string } | null][] = [
  [delivered(8, 10_000), { id: 'c1', campaign: 'anything' }],
  [delivered(13, 2_550), { campaign: 'spring ' }],
  // 10.00 EUR at 1.1 since the 10th.
  [delivered(12, 1_000, { currency: 'EUR' }), { campaign: 'Spring' }],
  [delivered(7, 500), { campaign: 'c2' }],
  [delivered(9, 700), { campaign: 'somebody else’s' }],
  [delivered(10, 800), null],
  // The week before.
  [delivered(6, 4_000), { campaign: 'Spring' }],
  // Neither counts: one was refused, one went to Test Events, one is of the week before that.
  [delivered(9, 90_000, { state: 'rejected' }), { id: 'c1' }],
  [delivered(9, 90_000, { test: true }), { id: 'c1' }],
  [delivered(-1, 90_000), { id: 'c1' }],
]

async function fill({ ledger }: OpenedLedger): Promise<void> {
  await plant(
    ledger,
    DEALS.map(([deal]) => deal),
  )
  for (const [at, [, utm]] of DEALS.entries()) {
    if (utm === null) continue
    const known = JSON.stringify({ utm: [{ source: 'tiktok', ...utm }, 1, 'k'] })
    await ledger.db
      .updateTable('deals')
      .set({ known })
      .where('id', '=', at + 1)
      .execute()
  }
  const known = { connection_id: 'us-brand', status: '', deleted: 0, seen_at: FROM }
  const spend = (day: string, id: string, minor: number) => ({
    day,
    level: 'campaign' as const,
    entityId: id,
    campaignId: id,
    adGroupId: '',
    figures: { ...NOTHING, spend_minor: minor },
  })
  await ledger.transaction(async (tx) => {
    await keepHierarchy(tx, {
      campaigns: ['Spring', 'Retargeting', 'Costly', 'Idle'].map((name, at) => ({
        ...known,
        campaign_id: `c${at + 1}`,
        name,
      })),
      adGroups: [],
      ads: [],
    })
    await putInsights(tx, 'us-brand', [
      spend('2026-10-08', 'c1', 3_000),
      spend('2026-10-09', 'c1', 1_000),
      spend('2026-10-07', 'c1', 7_777),
      spend('2026-10-10', 'c3', 20_000),
    ])
    await addDayPulls(tx, [
      {
        connectionId: 'us-brand',
        day: '2026-10-10',
        pulledAt: FROM + 11 * DAY,
        problem: '',
        timezone: 'America/New_York',
        currency: 'USD',
        clickDays: 7,
      },
    ])
  })
}

const daysOf = settledDays<AcceptedGroup[]>()

function itCounts(opened: () => OpenedLedger): void {
  const report = (most: number) =>
    campaignsReport(
      opened().ledger.reader,
      {
        workspace: WORKSPACE,
        connection: WORKSPACE.connections[0] as Connection,
        to: '2026-10-14',
        days: 7,
        most,
      },
      (asked, read) => daysOf(opened().ledger, asked, read),
    )
  const usd = (amount: string) => ({ amount, currency: 'USD' })

  it('holds what each campaign cost against what was accepted for it, with the week before', async () => {
    const said = await report(5)
    expect(Campaigns.parse(said)).toEqual(said)
    expect(said).toMatchObject({
      from: '2026-10-08',
      before: { from: '2026-10-01', to: '2026-10-07' },
      spendUntil: '2026-10-10',
      others: 0,
    })
    expect(said.lines).toEqual([
      {
        id: 'c3',
        name: 'Costly',
        spend: usd('200.00'),
        spendBefore: null,
        delivered: { count: 0, values: [usd('0.00')] },
        deliveredBefore: { count: 0, values: [usd('0.00')] },
        roas: 0,
      },
      {
        id: 'c1',
        name: 'Spring',
        spend: usd('40.00'),
        spendBefore: usd('77.77'),
        delivered: { count: 3, values: [usd('136.50')] },
        deliveredBefore: { count: 1, values: [usd('40.00')] },
        roas: 3.4125,
      },
      {
        id: 'c2',
        name: 'Retargeting',
        spend: null,
        spendBefore: null,
        delivered: { count: 1, values: [usd('5.00')] },
        deliveredBefore: { count: 0, values: [usd('0.00')] },
        roas: null,
      },
      {
        id: null,
        name: 'no campaign of this account',
        spend: null,
        spendBefore: null,
        delivered: { count: 2, values: [usd('15.00')] },
        deliveredBefore: { count: 0, values: [usd('0.00')] },
        roas: null,
      },
    ])
  })

  it('shows those that cost or brought most, and says how many are left out', async () => {
    const said = await report(1)
    expect(said.lines.map(({ name }) => name)).toEqual(['Costly', 'no campaign of this account'])
    expect(said.others).toBe(2)
  })
}

describe('spend against delivered revenue, on SQLite', () => {
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openSqliteLedger(() => FROM + 14 * DAY)
    await fill(opened)
  })
  afterAll(() => opened.close())
  itCounts(() => opened)
})

describe('spend against delivered revenue, on PostgreSQL', () => {
  const postgres = usePostgres()
  let opened: OpenedLedger
  beforeAll(async () => {
    opened = await openAt(await postgres.emptyLedger(), () => FROM + 14 * DAY)
    await fill(opened)
  })
  afterAll(() => opened.close())
  itCounts(() => opened)
})
