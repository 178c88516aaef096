import { cycle } from '../../core/pipeline/cycle.ts'
import type { PushReport } from '../../core/pipeline/push-report.ts'
import { counted } from '../terminal/counted.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/**
 * One cycle now: reads what came, ends holds, sends what is due. It failed when a connection could not be tried (no token); what TikTok
 * made of the events is the result, not a failure of the command.
 */
export async function push(terminal: Terminal, { now }: { now: boolean }): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const report = await cycle(closeback.pipeline, { now, mayContinue: () => !terminal.stop.aborted })
    return { exit: report.failed.length === 0 ? 0 : 1, document: report, text: reportText(report, terminal) }
  })
}

function reportText(report: PushReport, { width }: Terminal): string {
  const { read, requests, accepted, rejected, waiting, uncertain, expired, failed } = report
  const said = [
    `${accepted} accepted`,
    `${rejected} rejected`,
    `${waiting} waiting again`,
    ...(uncertain > 0 ? [`${uncertain} uncertain`] : []),
    ...(expired > 0 ? [`${expired} past their deadline`] : []),
  ]
  const lines = [
    `Read ${counted(read, 'message')}.`,
    requests === 0 && expired === 0
      ? 'Nothing was due.'
      : wrap(`Sent ${counted(requests, 'request')}: ${said.join(', ')}.`, width),
    ...report.parked.map(({ connectionId, eventSourceId, code, remedy }) =>
      wrap(`Parked: ${connectionId}, event set ${eventSourceId} (${code}). ${remedy}`, width, '  '),
    ),
    ...failed.map(({ connectionId, message, remedy }) =>
      wrap(`Not sent: ${connectionId}, because ${message}. ${remedy}`, width, '  '),
    ),
  ]
  return `${lines.join('\n')}\n`
}
