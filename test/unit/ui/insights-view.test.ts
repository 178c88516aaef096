import { expect, it } from 'vitest'
import { type Figures, METRICS } from '../../../core/model/insight.ts'
import { figuresText, InsightsReport } from '../../../core/model/insights-report.ts'
import { insightsView, METRIC_WORDS, trailOf } from '../../../server/ui/pages/insights/insights-view.ts'
import { tableCsv, textOf } from '../../../server/ui/pages/reports/table.ts'

const figures = (given: Partial<Record<keyof Figures, bigint>>) =>
  figuresText(Object.fromEntries(METRICS.map((metric) => [metric, given[metric] ?? null])) as never, 'USD')
const day = { pulledAt: '2026-11-03T05:00:00Z', problem: null, restated: 0, versions: [] }

const REPORT = InsightsReport.parse({
  connectionId: 'us-brand',
  from: '2026-11-01',
  to: '2026-11-02',
  timezone: 'America/New_York',
  currency: 'USD',
  path: [],
  total: figures({ spend_minor: 9000n, web_purchases: 3n }),
  days: [
    {
      ...day,
      day: '2026-11-01',
      state: 'final',
      figures: figures({ spend_minor: 6000n, web_purchases: 3n }),
      restated: 1,
      versions: [2n, 3n].map((count, at) => ({
        pulledAt: `2026-11-0${at + 2}T05:00:00Z`,
        figures: figures({ spend_minor: 6000n, web_purchases: count }),
      })),
    },
    {
      ...day,
      day: '2026-11-02',
      state: 'provisional',
      figures: figures({ spend_minor: 3000n, web_purchases: 0n }),
    },
  ],
  level: 'campaign',
  rows: [
    {
      id: 'c1',
      name: 'Spring',
      status: 'STATUS_DELIVERY_OK',
      deleted: false,
      figures: figures({ spend_minor: 9000n }),
    },
  ],
})

it('has a word for every metric, and shows those that TikTok gave', () => {
  expect(Object.keys(METRIC_WORDS).sort()).toEqual(
    [...Object.keys(REPORT.total.counts), ...Object.keys(REPORT.total.money)].sort(),
  )
  expect(insightsView(REPORT, { metric: 'spend', openDay: null }).metrics).toEqual(['spend', 'web_purchases'])
})

it('marks days that TikTok changed afterwards, and says how many may still change', () => {
  const view = insightsView(REPORT, { metric: 'web_purchases', openDay: null })
  expect(view.finding).toBe('The account: 3 purchases; TikTok changed 1 day afterwards; 1 day is not final')
  expect(view.days.rows.map(({ cells }) => textOf(cells[2]))).toEqual(['once', '–'])
  expect(view.bars.map(({ size }) => size)).toEqual([100, 0])
})

it('opens a day to what TikTok said of it, pull by pull', () => {
  const { history } = insightsView(REPORT, { metric: 'spend', openDay: '2026-11-01' })
  expect(history?.rows.map(({ cells }) => cells.map(textOf))).toEqual([
    ['2026-11-02 05:00 UTC', '60.00 USD', '2'],
    ['2026-11-03 05:00 UTC', '60.00 USD', '3'],
  ])
})

it('leads down into a campaign and back up again', () => {
  const { rows } = insightsView(REPORT, { metric: 'spend', openDay: null })
  expect(rows.rows[0]?.cells[0]).toMatchObject({ text: 'Spring', to: { campaign: 'c1' } })
  expect(tableCsv(rows)).toBe('Campaign,Id,Status,Spend,Purchases\r\nSpring,c1,STATUS_DELIVERY_OK,90.00,\r\n')
  const inside = { ...REPORT, path: [{ level: 'campaign' as const, id: 'c1', name: 'Spring' }] }
  expect(trailOf(inside).map(({ name }) => name)).toEqual(['Account', 'Spring'])
})
