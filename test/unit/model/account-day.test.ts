import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountDay,
  addDays,
  dayEnd,
  dayStart,
  daysFromTo,
  isTimezone,
} from '../../../core/model/account-day.ts'
import { HOUR } from '../../../core/model/time.ts'

const ZONES = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia', 'Etc/GMT+8']

describe('account days', () => {
  it.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['UTC', '2026-03-08', 24],
  ])('last as long as the clocks there say: %s %s', (zone, day, hours) => {
    expect((dayEnd(day, zone) - dayStart(day, zone)) / HOUR).toBe(hours)
  })

  it('hold every moment exactly once, in every zone', () => {
    const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) })
    fc.assert(
      fc.property(moment, fc.constantFrom(...ZONES), (ms, zone) => {
        const day = accountDay(ms, zone)
        expect(dayStart(day, zone)).toBeLessThanOrEqual(ms)
        expect(dayEnd(day, zone)).toBeGreaterThan(ms)
        expect(accountDay(dayEnd(day, zone), zone)).toBe(addDays(day, 1))
      }),
    )
  })

  it('are counted over months, leap days and years', () => {
    expect(daysFromTo('2028-02-27', '2028-03-01')).toEqual([
      '2028-02-27',
      '2028-02-28',
      '2028-02-29',
      '2028-03-01',
    ])
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(daysFromTo('2026-01-02', '2026-01-01')).toEqual([])
  })

  it('know a time zone from a name that is none', () => {
    expect(ZONES.map(isTimezone)).not.toContain(false)
    expect(['Mars/Olympus', '', 'New York'].map(isTimezone)).not.toContain(true)
  })
})
