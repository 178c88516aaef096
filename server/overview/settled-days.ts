import type { Ledger } from '../../core/ledger/ledger.ts'
import { accountDay, addDays, dayEnd, dayStart } from '../../core/model/account-day.ts'

/** An account day and its bounds, epoch ms, the second exclusive. */
export interface DayBounds {
  day: string
  from: number
  to: number
}

/** More than eight weeks of several connections; then the oldest go. */
const MOST = 1000

/**
 * Reads days one by one, so that whoever else asks the ledger is served between two, and remembers those that were over
 * before yesterday: what TikTok accepted on them does not change any more. `scope` names what is read.
 */
export function settledDays<Of>() {
  const known = new WeakMap<Ledger, Map<string, Of>>()
  return async (
    ledger: Ledger,
    { scope, timezone, days }: { scope: string; timezone: string; days: readonly string[] },
    read: (bounds: DayBounds) => Promise<Of>,
  ): Promise<Of[]> => {
    const remembered = known.get(ledger) ?? new Map<string, Of>()
    known.set(ledger, remembered)
    const yesterday = addDays(accountDay(ledger.now(), timezone), -1)
    const found: Of[] = []
    for (const day of days) {
      const key = `${scope}\n${timezone}\n${day}`
      const known = remembered.get(key)
      const of = known ?? (await read({ day, from: dayStart(day, timezone), to: dayEnd(day, timezone) }))
      found.push(of)
      if (day < yesterday && known === undefined) remembered.set(key, of)
    }
    for (const key of remembered.keys()) {
      if (remembered.size <= MOST) break
      remembered.delete(key)
    }
    return found
  }
}
