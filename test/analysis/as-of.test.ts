import { describe, expect, it } from 'vitest'
import { reconciliationReport } from '../../core/analysis/reports/reconciliation-report.ts'
import { addDayPulls } from '../../core/ledger/insight-days.ts'
import { addInsightVersions, putInsights } from '../../core/ledger/insights.ts'
import type { Ledger } from '../../core/ledger/ledger.ts'
import { eventRules } from '../../core/mapping/event-rules.ts'
import { type Figures, type Insight, METRICS } from '../../core/model/insight.ts'
import type { Reconciliation } from '../../core/model/reconciliation.ts'
import type { OpenedLedger } from '../conformance/ledger-harness.ts'
import { openAt, openSqliteLedger } from '../support/open-ledger.ts'
import { usePostgres } from '../support/postgres.ts'
import { type Planted, plant, WORKSPACE } from './planted.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-12-20T12:00:00Z')
const NOTHING = Object.fromEntries(METRICS.map((metric) => [metric, null])) as Figures

/** Won, sent and accepted at once. */
function won(at: string): Planted {
  const amount = { minor: 10_000, currency: 'USD' }
  const moment = Date.parse(at)
  return {
    wonAt: moment,
    amountThen: amount,
    amountNow: amount,
    stillWon: true,
    deleted: false,
    deliveries: [{ state: 'accepted', at: moment, value: amount, test: false }],
    reason: null,
    click: { at: moment - HOUR },
    listed: null,
  }
}

/** What TikTok says of a day, as the pull of that moment brought it. */
async function tells(ledger: Ledger, day: string, purchases: number, pulledAt: number): Promise<void> {
  const row: Insight = {
    day,
    level: 'account',
    entityId: '7000000000000000001',
    campaignId: '',
    adGroupId: '',
    figures: { ...NOTHING, web_purchases: purchases, web_purchase_minor: purchases * 10_000 },
  }
  const account = { timezone: 'America/New_York', currency: 'USD', clickDays: 7 }
  await ledger.transaction(async (tx) => {
    await putInsights(tx, 'us-brand', [row])
    await addInsightVersions(tx, 'us-brand', { rows: [row], pulledAt })
    await addDayPulls(tx, [{ connectionId: 'us-brand', day, ...account, pulledAt, problem: '' }])
  })
}

function report({ reader }: Ledger, day: string, asOf: string | null = null): Promise<Reconciliation> {
  const [rules] = eventRules(WORKSPACE, 'us-brand')
  const [connection] = WORKSPACE.connections
  if (!rules || !connection) throw new Error('the workspace has none')
  const moment = asOf === null ? null : Date.parse(asOf)
  return reconciliationReport(reader, {
    ...{ workspace: WORKSPACE, connection, rules, from: day, to: day, book: null },
    ...{ asOf: moment, now: NOW },
  })
}

function theReport(open: () => Promise<OpenedLedger>): void {
  it('has 25 hours on the day the clocks go back, 23 on the day they go forward', async () => {
    const { ledger, close } = await open()
    const autumn = [
      '2026-11-01T03:59:59Z',
      '2026-11-01T04:00:00Z',
      '2026-11-02T04:59:59Z',
      '2026-11-02T05:00:00Z',
    ]
    const spring = [
      '2026-03-08T04:59:59Z',
      '2026-03-08T05:00:00Z',
      '2026-03-09T03:59:59Z',
      '2026-03-09T04:00:00Z',
    ]
    await plant(ledger, [...autumn, ...spring].map(won))
    for (const day of ['2026-11-01', '2026-03-08']) {
      await tells(ledger, day, 2, NOW - HOUR)
      const made = await report(ledger, day)
      expect(made.book.total).toMatchObject({ count: 2, values: [{ amount: '200.00', currency: 'USD' }] })
      expect(made.delivered.count).toBe(2)
      expect(made.days).toEqual([{ day, state: 'final', delivered: 2, reported: 2 }])
      expect(made.unexplained).toMatchObject({ count: 0, value: { amount: '0.00' } })
    }
    await close()
  })

  it('tells again what was known on an earlier day: what TikTok had said, what had been accepted', async () => {
    const { ledger, close } = await open()
    await plant(ledger, ['2026-11-10T15:00:00Z', '2026-11-10T20:00:00Z'].map(won))
    await tells(ledger, '2026-11-10', 1, Date.parse('2026-11-11T10:00:00Z'))
    await tells(ledger, '2026-11-10', 2, Date.parse('2026-11-12T10:00:00Z'))
    // The last of the days on which the figure is asked for again.
    await tells(ledger, '2026-11-10', 3, Date.parse('2026-11-27T10:00:00Z'))

    const at = async (asOf: string | null) => {
      const { asOf: said, delivered, reported, days } = await report(ledger, '2026-11-10', asOf)
      expect(said).toBe(asOf)
      return [delivered.count, reported?.count ?? null, days[0]?.reported, days[0]?.state]
    }
    expect(await at('2026-11-10T18:00:00.000Z')).toEqual([1, null, null, 'open'])
    expect(await at('2026-11-11T12:00:00.000Z')).toEqual([2, 1, 1, 'provisional'])
    expect(await at('2026-11-12T12:00:00.000Z')).toEqual([2, 2, 2, 'provisional'])
    expect(await at(null)).toEqual([2, 3, 3, 'final'])
    await close()
  })
}

describe('a reconciliation, on SQLite', () => {
  theReport(() => openSqliteLedger(() => NOW))
})

describe('a reconciliation, on PostgreSQL', () => {
  const postgres = usePostgres()
  theReport(async () => openAt(await postgres.emptyLedger(), () => NOW))
})
