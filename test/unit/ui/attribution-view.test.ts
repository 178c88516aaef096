import { expect, it } from 'vitest'
import type { LedgerAttribution, Model } from '../../../core/model/attribution.ts'
import { attributionView } from '../../../server/ui/pages/attribution/attribution-view.ts'
import { tableCsv, textOf } from '../../../server/ui/pages/reports/table.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const by = (model: Model, conversions: number, value: string, roas: number | null = null) => ({
  model,
  conversions,
  value: usd(value),
  cpa: null,
  roas,
})

const REPORT: LedgerAttribution = {
  connectionId: 'us-brand',
  from: '2026-10-01',
  to: '2026-10-31',
  timezone: 'America/New_York',
  currency: 'USD',
  lookbackDays: 90,
  journeys: { conversions: 10, value: usd('1000.00'), touches: 31, unknown: 2 },
  models: {},
  levels: [
    {
      level: 'channel',
      rows: [
        {
          names: ['tiktok'],
          spend: usd('100.00'),
          credited: [by('first', 6, '600.00', 6), by('last', 2, '200.00', 2)],
        },
        { names: ['google'], spend: null, credited: [by('first', 2, '200.00'), by('last', 6, '600.00')] },
      ],
    },
    {
      level: 'campaign',
      rows: [
        {
          names: ['tiktok', 'spring'],
          spend: usd('100.00'),
          credited: [by('first', 6, '600.00', 6), by('last', 2, '200.00', 2)],
        },
        { names: ['google', ''], spend: null, credited: [by('first', 2, '200.00'), by('last', 6, '600.00')] },
      ],
    },
  ],
  notes: [],
}

it('says whether the models agree', () => {
  const channels = attributionView(REPORT, { level: 'channel', figure: 'conversions', channel: null })
  expect(channels.finding).toBe(
    'The models do not agree on the channel with the most conversions: tiktok, google',
  )
  const one = attributionView(REPORT, { level: 'campaign', figure: 'value', channel: 'tiktok' })
  expect(one.finding).toBe('By every model, spring has the most revenue')
  const none = attributionView(REPORT, { level: 'ad', figure: 'value', channel: null })
  expect(none.finding).toBe('No ad has earned a deal in these days')
})

it('shows the models side by side with the spread between them', () => {
  const { rows, models, table } = attributionView(REPORT, {
    level: 'channel',
    figure: 'conversions',
    channel: null,
  })
  expect(models).toEqual(['first', 'last'])
  expect(rows[0]).toMatchObject({ name: 'tiktok', end: 100, spread: '2.00 to 6.00' })
  expect(rows[0]?.start).toBeCloseTo(100 / 3)
  expect(table.rows[0]?.cells.map(textOf)).toEqual(['tiktok', '6.00', '2.00', '2.00 to 6.00', '100.00 USD'])
  expect(tableCsv(table).split('\r\n')[1]).toBe('tiktok,6,2,4,100.00')
})

it('leaves open what nothing was spent on', () => {
  const { table } = attributionView(REPORT, { level: 'campaign', figure: 'roas', channel: null })
  expect(table.rows[1]?.cells.map(textOf)).toEqual(['google', 'unknown', '–', '–', '–', '–'])
})

it('narrows to a channel, and offers all of them', () => {
  const { table, channels } = attributionView(REPORT, {
    level: 'campaign',
    figure: 'value',
    channel: 'google',
  })
  expect(table.rows).toHaveLength(1)
  expect(channels).toEqual(['tiktok', 'google'])
})
