import { describe, expect, it } from 'vitest'
import { type InsightDay, insightDayState } from '../../../core/model/insight-day.ts'

const ZONE = 'America/New_York'
// The day ends 2026-11-11T05:00Z; seven days later plus the next 12:00 UTC is 2026-11-18T12:00Z.
const at = (text: string) => Date.parse(text)
const day = (given: Partial<InsightDay> = {}): InsightDay => ({
  day: '2026-11-10',
  completeAt: null,
  failedAt: null,
  problem: '',
  timezone: ZONE,
  currency: 'USD',
  clickDays: 7,
  ...given,
})
const stateOf = (known: InsightDay, now = at('2026-12-01T00:00Z'), correctionHour = 12) =>
  insightDayState(known, { now, timezone: ZONE, correctionHour })

describe('a day of Insights', () => {
  it('is open until the account’s midnight, whatever was pulled', () => {
    const pulled = day({ completeAt: at('2026-11-11T04:00Z') })
    expect(stateOf(pulled, at('2026-11-11T04:59:59Z'))).toBe('open')
    expect(stateOf(pulled, at('2026-11-11T05:00Z'))).toBe('incomplete')
  })

  it('is provisional once pulled after its end, and final after its windows and the correction run', () => {
    expect(stateOf(day({ completeAt: at('2026-11-11T05:00Z') }))).toBe('provisional')
    expect(stateOf(day({ completeAt: at('2026-11-18T11:59:59Z') }))).toBe('provisional')
    expect(stateOf(day({ completeAt: at('2026-11-18T12:00Z') }))).toBe('final')
    expect(stateOf(day({ completeAt: at('2026-11-18T08:00Z') }), undefined, 8)).toBe('final')
    expect(stateOf(day({ completeAt: at('2026-11-18T12:00Z'), clickDays: 28 }))).toBe('provisional')
  })

  it('waits for the next correction run when its windows close after the one of that day', () => {
    // 05:00 UTC is past 04:00 UTC of the same day.
    expect(stateOf(day({ completeAt: at('2026-11-18T06:00Z') }), undefined, 4)).toBe('provisional')
    expect(stateOf(day({ completeAt: at('2026-11-19T04:00Z') }), undefined, 4)).toBe('final')
  })

  it('is incomplete when it was never pulled, the last pull lacked a part, or the account’s zone changed', () => {
    expect(stateOf(day())).toBe('incomplete')
    const provisional = { completeAt: at('2026-11-12T05:00Z') }
    expect(stateOf(day({ ...provisional, failedAt: at('2026-11-13T05:00Z') }))).toBe('incomplete')
    expect(stateOf(day({ ...provisional, timezone: 'UTC' }))).toBe('incomplete')
  })

  it('stays final when a later pull fails', () => {
    const final = day({ completeAt: at('2026-11-19T00:00Z'), failedAt: at('2026-11-20T00:00Z') })
    expect(stateOf(final)).toBe('final')
  })
})
