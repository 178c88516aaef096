import { addDayPulls, type DayPull } from '../../ledger/insight-days.ts'
import { addInsightVersions, insightsOfDay, putInsights } from '../../ledger/insights.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Insight } from '../../model/insight.ts'
import { changesOf } from './roll-up.ts'

/** Rows written per transaction: a few milliseconds of the thread that answers senders. */
const BATCH = 256

/**
 * Makes a day what a pull brought of it. Ads and ad groups first, in small steps; then in one step the account, its campaigns,
 * what they said before, and that the day was pulled: who reads these never sees half a day. True when the account or a
 * campaign said something else than at the pull before.
 */
export async function keepDay(
  ledger: Ledger,
  { pull, rows }: { pull: DayPull; rows: readonly Insight[] },
): Promise<boolean> {
  const { connectionId, day, pulledAt } = pull
  const before = await insightsOfDay(ledger.reader, { connectionId, day })
  const changes = changesOf(before, rows)
  const { upper = [], lower = [] } = Object.groupBy(changes, ({ level }) =>
    level === 'account' || level === 'campaign' ? 'upper' : 'lower',
  )
  for (let at = 0; at < lower.length; at += BATCH) {
    const batch = lower.slice(at, at + BATCH)
    await ledger.transaction((tx) => putInsights(tx, connectionId, batch))
  }
  await ledger.transaction(async (tx) => {
    await putInsights(tx, connectionId, upper)
    await addInsightVersions(tx, connectionId, { rows: upper, pulledAt })
    await addDayPulls(tx, [pull])
  })
  return before.length > 0 && upper.length > 0
}
