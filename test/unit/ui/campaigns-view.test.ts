import { expect, it } from 'vitest'
import type { CampaignLine, Campaigns } from '../../../core/model/campaigns.ts'
import { campaignsView } from '../../../server/ui/pages/overview/campaigns-view.ts'
import { tableCsv } from '../../../server/ui/pages/reports/table.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const line = (over: Partial<CampaignLine>): CampaignLine => ({
  id: 'c1',
  name: 'Spring',
  spend: usd('100.00'),
  spendBefore: null,
  delivered: { count: 2, values: [usd('420.00'), { amount: '9', currency: 'JPY' }] },
  deliveredBefore: { count: 0, values: [usd('0.00')] },
  roas: 4.2,
  ...over,
})
const said = (over: Partial<Campaigns> = {}): Campaigns => ({
  connectionId: 'us-brand',
  currency: 'USD',
  from: '2026-11-01',
  to: '2026-11-28',
  before: { from: '2026-10-04', to: '2026-10-31' },
  lines: [line({})],
  others: 0,
  spendUntil: '2026-11-27',
  ...over,
})

it('says what the first campaign brought for its money, and draws both on one scale', () => {
  const view = campaignsView(said({ lines: [line({}), line({ id: 'c2', name: 'Other', roas: 0 })] }))
  expect(view.finding).toBe('“Spring” brought 4.2 times what it cost')
  expect(view.note).toContain('reported up to 2026-11-27')
  expect(view.bars[0]).toMatchObject({ delivered: 100, figure: '4.2 ×' })
  expect(view.bars[0]?.spend).toBeCloseTo(23.8, 1)
})

it('leads each number to what it counts, in its own period', () => {
  const [row] = campaignsView(said({ lines: [line({ spendBefore: usd('7.00') })] })).table.rows
  const links = row?.cells.map((cell) => (typeof cell === 'object' ? cell.href : undefined))
  expect(links).toEqual([
    undefined,
    '/insights?connection=us-brand&from=2026-11-01&to=2026-11-28&campaign=c1',
    '/insights?connection=us-brand&from=2026-10-04&to=2026-10-31&campaign=c1',
    '/reconciliation?connection=us-brand&from=2026-11-01&to=2026-11-28',
    undefined,
    '/attribution?connection=us-brand&from=2026-11-01&to=2026-11-28&figure=roas',
  ])
})

it('claims no return where TikTok has not told what it cost', () => {
  const view = campaignsView(said({ spendUntil: null, lines: [line({ spend: null, roas: null })] }))
  expect(view.finding).toBe('“Spring” brought 420.00 USD')
  expect(view.note).toContain('not reported yet')
  expect(tableCsv(view.table)).toContain('Spring,,,420.00 USD + 9 JPY,,')
})

it('has something to say when there is nothing', () => {
  expect(campaignsView(said({ lines: [] })).finding).toMatch(/^No campaign spent/)
  const nobodys = line({ id: null, name: 'no campaign of this account', spend: null, roas: null })
  expect(campaignsView(said({ lines: [nobodys] })).finding).toMatch(/^No delivered deal names/)
})
