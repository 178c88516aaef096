import { expect, it } from 'vitest'
import { BRIDGE_STEPS, BUCKETS, Reconciliation } from '../../../core/model/reconciliation.ts'
import { barsOf } from '../../../server/reconciliation/bars.ts'
import { dealsTable } from '../../../server/ui/pages/reconciliation/opened.ts'
import { reconciliationView } from '../../../server/ui/pages/reconciliation/reconciliation-view.ts'
import { tableCsv, textOf } from '../../../server/ui/pages/reports/table.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const deals = (count: number, amount: string) => ({ count, values: [usd(amount)] })
const NOTHING = deals(0, '0.00')
const part = { details: [], evidence: [], clickAge: [], campaign: [], test: [] }

/** Ten deals, two of them rejected, one with another amount; TikTok reports one more than it was sent. */
const REPORT = Reconciliation.parse({
  connectionId: 'us-brand',
  event: 'Purchase',
  from: '2026-10-01',
  to: '2026-10-02',
  timezone: 'America/New_York',
  currency: 'USD',
  asOf: null,
  book: {
    id: 4,
    kind: 'crm',
    detail: 'as listed by HubSpot (hs)',
    total: deals(10, '1000.00'),
    closeDates: [],
  },
  buckets: BUCKETS.map((bucket) => ({
    bucket,
    amount: bucket === 'accepted' ? deals(8, '800.00') : bucket === 'rejected' ? deals(2, '200.00') : NOTHING,
    ...part,
  })),
  bridge: BRIDGE_STEPS.map((step) => ({
    step,
    amount: step === 'amount_changed' ? deals(0, '-50.00') : NOTHING,
  })),
  delivered: deals(8, '750.00'),
  steps: [
    {
      step: 'view_through',
      basis: 'bound',
      count: { low: -1, high: 0 },
      value: { low: usd('-100.00'), high: usd('0.00') },
      detail: 'may count for a view',
    },
  ],
  expected: { count: { low: 7, high: 8 }, value: { low: usd('650.00'), high: usd('750.00') } },
  reported: { count: 9, value: usd('850.00'), metrics: ['complete_payment'] },
  unexplained: { count: 1, value: usd('100.00') },
  alarm: true,
  days: [{ day: '2026-10-01', state: 'final', delivered: 8, reported: 9 }],
  windows: { connection: { clickDays: 7, viewDays: 1 }, tiktok: [], aligned: deals(8, '750.00') },
  campaigns: [],
  causes: [
    {
      cause: 'rejected',
      basis: 'counted',
      count: { low: 2, high: 2 },
      revenue: [usd('200.00')],
      evidence: 'rejected by TikTok: 40002 2',
      remedy: 'Correct the deal.',
    },
    {
      cause: 'view_through',
      basis: 'bound',
      count: { low: 0, high: 1 },
      revenue: [usd('100.00')],
      evidence: 'credited to a view',
      remedy: 'Compare.',
    },
  ],
  notes: [],
})

it('leads from the book of the CRM to the one of TikTok, each bar beginning where the last one ended', () => {
  const bars = barsOf(REPORT)
  expect(bars.map(({ name, kind, low, high }) => [name, kind, low, high])).toEqual([
    ['CRM', 'book', 0, 10],
    ['rejected by TikTok', 'less', 8, 10],
    ['accepted by TikTok', 'book', 0, 8],
    ['delivered', 'book', 0, 8],
    ['credited to a view or another click', 'unsure', 7, 8],
    ['unexplained', 'unexplained', 8, 9],
    ['reported', 'book', 0, 9],
  ])
})

it('opens what can be counted, and nothing that is only a bound', () => {
  expect(barsOf(REPORT).map(({ open }) => open)).toEqual([
    'book',
    'rejected',
    'accepted',
    'delivered',
    null,
    null,
    null,
  ])
  expect(reconciliationView(REPORT).causes.map(({ open }) => open)).toEqual(['rejected', null])
})

it('says in two sentences what the books hold and whether they agree', () => {
  const view = reconciliationView(REPORT)
  expect(view.books).toBe('The CRM closed 10 deals, 8 were delivered, and TikTok reports 9.')
  expect(view.verdict).toBe('+1 and 100.00 USD cannot be explained, and every day is final.')
  expect(view.tone).toBe('bad')
  const agreed = { ...REPORT, unexplained: { count: 0, value: usd('0.00') }, alarm: false }
  expect(reconciliationView(agreed)).toMatchObject({ tone: 'good' })
  expect(barsOf(agreed).some(({ kind }) => kind === 'unexplained')).toBe(false)
  const silent = { ...REPORT, reported: null, unexplained: null, alarm: false }
  expect(reconciliationView(silent)).toMatchObject({
    tone: 'wait',
    verdict: expect.stringContaining('not available'),
  })
})

it('places bars inside of the widest one', () => {
  const placed = reconciliationView(REPORT).bars
  expect(placed[1]).toMatchObject({ start: 80, size: 20, label: '-2' })
  for (const { start, size } of placed) expect(start + size).toBeLessThanOrEqual(100)
})

it('shows under the picture every figure that is not nothing, and gives a spreadsheet bare numbers', () => {
  const { table } = reconciliationView(REPORT)
  expect(table.rows.map(({ key }) => key)).toEqual([
    'book',
    'accepted',
    'rejected',
    'amount_changed',
    'delivered',
    'view_through',
    'expected',
    'reported',
    'unexplained',
  ])
  expect(textOf(table.rows[0]?.cells[2])).toBe('1,000.00 USD')
  const [, book, , , changed] = tableCsv(table).split('\r\n')
  expect(book).toBe('CRM,10,1000.00,counted')
  expect(changed).toBe('amount changed after sending,0,-50.00,counted')
})

it('lists deals with a link to the story of each', () => {
  const { rows } = dealsTable('rejected', [
    {
      sourceId: 'hs',
      record: { type: 'deal', id: 'a/b' },
      at: '2026-10-01T10:00:00Z',
      bucket: 'rejected',
      detail: '40002',
      campaign: null,
      amount: usd('100.00'),
      sent: null,
      sentAt: null,
    },
  ])
  expect(rows[0]?.cells[0]).toMatchObject({ text: 'a/b', href: '/deals/hs/deal%3Aa%2Fb' })
  expect(rows[0]?.cells.map(textOf).slice(3)).toEqual(['rejected by TikTok (40002)', '100.00 USD', '–', ''])
})
