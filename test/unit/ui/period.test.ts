import { expect, it } from 'vitest'
import { lastDays, offeredPeriod, periodOf, todayIn } from '../../../server/ui/pages/reports/period.ts'

it('counts days as the ad account does', () => {
  const now = Date.parse('2026-11-27T03:00:00Z')
  expect(todayIn('America/New_York', now)).toBe('2026-11-26')
  expect(todayIn('Asia/Tokyo', now)).toBe('2026-11-27')
})

it('offers periods that end yesterday, across months and leap days', () => {
  expect(lastDays('2028-03-01', 7)).toEqual({ from: '2028-02-23', to: '2028-02-29' })
  expect(offeredPeriod(lastDays('2026-11-27', 28), '2026-11-27')).toBe(28)
  expect(offeredPeriod({ from: '2026-10-01', to: '2026-10-31' }, '2026-11-27')).toBeNull()
})

it('takes a period from the address, and the last four weeks where that is none', () => {
  const at = (query: string) => periodOf(new URLSearchParams(query), '2026-11-27')
  expect(at('from=2026-10-01&to=2026-10-31')).toEqual({ from: '2026-10-01', to: '2026-10-31' })
  for (const bad of ['', 'from=2026-10-01', 'from=yesterday&to=today', 'from=2026-10-31&to=2026-10-01'])
    expect(at(bad)).toEqual(lastDays('2026-11-27', 28))
})
