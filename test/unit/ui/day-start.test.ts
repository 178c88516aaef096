import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dayStart as dayStartOf } from '../../../core/model/account-day.ts'
import { dayStart } from '../../../server/ui/parts/day-start.ts'

it('a day begins in the console when it begins in the reports, also where the clocks change', () => {
  const zone = fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Auckland')
  const day = fc
    .date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10))
  fc.assert(
    fc.property(day, zone, (day, zone) => {
      expect(Date.parse(dayStart(day, zone))).toBe(dayStartOf(day, zone))
    }),
  )
})
