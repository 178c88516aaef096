import { claimDailyJob, finishDailyJob } from '../../ledger/daily-jobs.ts'
import { ClosebackError } from '../../model/errors.ts'
import { toIso } from '../../model/time.ts'
import type { Connection } from '../../model/workspace.ts'
import type { Pipeline } from '../context.ts'
import { type InsightsReport, type PullOptions, pullInsights } from './pull.ts'

export const INSIGHTS_JOB = 'insights'
/** Hour UTC from which on a day's pull is due. */
export const INSIGHTS_HOUR = 5

/** One pull of a connection, whatever was pulled today; the day's work is done when nothing was missing. */
export async function pullNow(
  pipeline: Pipeline,
  connection: Connection,
  options: PullOptions = {},
): Promise<InsightsReport> {
  const job = jobOf(pipeline, connection)
  await claimDailyJob(pipeline.ledger, job)
  return pullAndFinish(pipeline, connection, job, options)
}

/**
 * Pulls each connection once a day, by whichever host asks first; nothing before 05:00 UTC. A pull that lacked a part, or whose
 * host died, is made again by whoever asks an hour later. The reports of what was pulled now.
 */
export async function pullDaily(pipeline: Pipeline, mayContinue: () => boolean): Promise<InsightsReport[]> {
  const { ledger, log } = pipeline
  if (new Date(ledger.now()).getUTCHours() < INSIGHTS_HOUR) return []
  const reports: InsightsReport[] = []
  for (const connection of (await pipeline.settings()).connections.values()) {
    if (!mayContinue()) break
    const job = jobOf(pipeline, connection)
    if (!(await claimDailyJob(ledger, job))) continue
    await pipeline.jitter()
    try {
      const report = await pullAndFinish(pipeline, connection, job, { mayContinue })
      const { problems, ...counts } = report
      log[problems.length === 0 ? 'info' : 'warn']({ ...counts, problems }, 'insights_pulled')
      reports.push(report)
    } catch (error) {
      const message = error instanceof ClosebackError ? error.message : 'unexpected'
      log.error({ connection: connection.id, error: message }, 'insights_failed')
    }
  }
  return reports
}

async function pullAndFinish(
  pipeline: Pipeline,
  connection: Connection,
  job: ReturnType<typeof jobOf>,
  options?: PullOptions,
): Promise<InsightsReport> {
  const report = await pullInsights(pipeline, connection, options)
  if (report.problems.length === 0) await finishDailyJob(pipeline.ledger, job)
  return report
}

function jobOf({ ledger }: Pipeline, { id }: Connection) {
  return { job: INSIGHTS_JOB, connectionId: id, day: toIso(ledger.now()).slice(0, 10) }
}
