import { adviceReport } from '../../core/analysis/reports/advice-report.ts'
import { claimDailyJob, finishDailyJob } from '../../core/ledger/daily-jobs.ts'
import { type ExpectedFigure, keepExpectedFigures } from '../../core/ledger/expected-values.ts'
import { parseMoney } from '../../core/model/money.ts'
import { toIso } from '../../core/model/time.ts'
import { releaseDue } from '../../core/pipeline/release.ts'
import type { Closeback } from '../compose.ts'

/**
 * Learns anew what the stages of rules with `value: { expected: true }` are worth, once a day and connection, by whichever
 * host asks first; then looks at what was held for it. Returns how many figures there are.
 */
export async function learnExpectedValues(closeback: Closeback): Promise<number> {
  const { ledger, pipeline, store } = closeback
  const { workspace } = store.current
  let learned = 0
  for (const connection of workspace.connections) {
    const stages = workspace.rules
      .filter(({ send }) => send.to.includes(connection.id) && send.value && 'expected' in send.value)
      .map(({ when }) => when.stage)
    if (stages.length === 0) continue
    const now = ledger.now()
    const job = { job: 'expected', connectionId: connection.id, day: toIso(now).slice(0, 10) }
    if (!(await claimDailyJob(ledger, job))) continue
    const advice = await adviceReport(ledger.reader, { workspace, connection, now })
    const figures = advice.stages.flatMap(({ milestone, expected }): ExpectedFigure[] => {
      const money = expected && parseMoney(expected.value.amount, expected.value.currency)
      if (!stages.includes(milestone) || !money?.ok) return []
      return [{ connectionId: connection.id, milestone, value: money.value, computedAt: now }]
    })
    await ledger.transaction((tx) => keepExpectedFigures(tx, figures))
    await finishDailyJob(ledger, job)
    learned += figures.length
  }
  if (learned > 0) await releaseDue(pipeline, 'all')
  return learned
}
