import { claimDailyJob, finishDailyJob } from '../../core/ledger/daily-jobs.ts'
import { DAY, HOUR, toIso } from '../../core/model/time.ts'
import { AUDITS, WEEKDAYS } from '../../core/model/workspace.ts'
import type { Closeback } from '../compose.ts'
import { factsOf } from '../log.ts'
import { makeAudits } from './make-audits.ts'

/** After the day's Insights (05:00 UTC). */
const AUDIT_HOUR = 6

/** Audits what is due, once a week and connection, by whichever host asks first; a week that was missed is caught up. */
export async function auditDue(closeback: Closeback, mayContinue: () => boolean): Promise<void> {
  const { ledger, store, pipeline } = closeback
  const { connections, audits = AUDITS } = store.current.workspace
  const day = lastWeekday(ledger.now() - AUDIT_HOUR * HOUR, WEEKDAYS.indexOf(audits.weekday))
  for (const connection of connections) {
    if (!mayContinue()) return
    const job = { job: 'audit', connectionId: connection.id, day }
    if (!(await claimDailyJob(ledger, job))) continue
    try {
      for (const { event, figures, findings } of await makeAudits(closeback, connection))
        pipeline.log.info(
          { connection: connection.id, event, ...figures, findings: findings.length },
          'audited',
        )
      await finishDailyJob(ledger, job)
    } catch (error) {
      pipeline.log.error({ connection: connection.id, ...factsOf(error) }, 'audit_failed')
    }
  }
}

/** The last day that was this weekday (0 is Monday), in UTC. */
function lastWeekday(now: number, weekday: number): string {
  // The epoch began on a Thursday.
  const today = (Math.floor(now / DAY) + 3) % 7
  return toIso(now - ((today - weekday + 7) % 7) * DAY).slice(0, 10)
}
