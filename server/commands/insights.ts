import { ClosebackError } from '../../core/model/errors.ts'
import { pullNow } from '../../core/pipeline/insights/daily.ts'
import type { InsightsReport } from '../../core/pipeline/insights/pull.ts'
import { counted } from '../terminal/counted.ts'
import { progressOn } from '../terminal/progress.ts'
import { sentence } from '../terminal/show-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

export interface InsightsOptions {
  connectionId: string | null
  /** The last so many account days; what is due when null. */
  days: number | null
}

/** Pulls now what TikTok says, of one connection or of all. Failed when a part of it could not be had. */
export async function insights(
  terminal: Terminal,
  { connectionId, days }: InsightsOptions,
): Promise<Outcome> {
  return withCloseback(terminal, async ({ pipeline }) => {
    const { connections } = await pipeline.settings()
    const all = [...connections.values()]
    if (connectionId !== null) known('connection', connectionId, all)
    const reports: InsightsReport[] = []
    const failed: { connectionId: string; message: string; remedy: string }[] = []
    for (const connection of all) {
      if (terminal.stop.aborted) break
      if (connectionId !== null && connection.id !== connectionId) continue
      const progress = progressOn(terminal, `requests for ${connection.id}`)
      const options = {
        days: days ?? undefined,
        onRequest: (done: number) => progress.show(done, null),
        mayContinue: () => !terminal.stop.aborted,
      }
      try {
        reports.push(await pullNow(pipeline, connection, options))
      } catch (error) {
        // Of a token that cannot be read; the other connections have their own.
        if (!(error instanceof ClosebackError)) throw error
        failed.push({ connectionId: connection.id, message: error.message, remedy: error.remedy })
      } finally {
        progress.end()
      }
    }
    const lacking = failed.length > 0 || reports.some(({ problems }) => problems.length > 0)
    return {
      exit: lacking ? 1 : 0,
      document: { connections: reports, failed },
      text: textOf(reports, failed, terminal),
    }
  })
}

function textOf(
  reports: readonly InsightsReport[],
  failed: readonly { connectionId: string; message: string; remedy: string }[],
  { width }: Terminal,
): string {
  const lines = reports.flatMap((report) => [
    wrap(lineOf(report), width, '  '),
    ...report.problems.map(({ what, remedy }) => `  ${wrap(`${sentence(what)} ${remedy}`, width - 2, '  ')}`),
  ])
  for (const { connectionId, message, remedy } of failed)
    lines.push(wrap(`${connectionId}: ${sentence(message)} ${remedy}`, width, '  '))
  if (lines.length === 0) lines.push('There is no connection to pull Insights of.')
  return `${lines.join('\n')}\n`
}

function lineOf({
  connectionId,
  from,
  to,
  days,
  restated,
  ads,
  rows,
  requests,
  timezone,
}: InsightsReport): string {
  const asked = `in ${counted(requests, 'request')}`
  if (from === '') return `${connectionId}: nothing was pulled, ${asked}.`
  const said = restated > 0 ? `; TikTok restated ${counted(restated, 'day')}` : ''
  return (
    `${connectionId}: pulled ${counted(days, 'day')} from ${from} to ${to} (${timezone}), ` +
    `${counted(rows, 'row')} of ${counted(ads, 'ad')}, ${asked}${said}.`
  )
}
