import { ClosebackError } from '../../core/model/errors.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import type { PushReport } from '../../core/pipeline/push-report.ts'
import type { Closeback } from '../compose.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** A connection whose token cannot be had, so that nothing could be sent to it. */
interface Tokenless {
  connectionId: string
  message: string
  remedy: string
}

/**
 * One cycle now: reads what came, ends holds, sends what is due. It failed when a connection has no token; what TikTok
 * made of the events is the result, not a failure of the command.
 */
export async function push(terminal: Terminal, { now }: { now: boolean }): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const failed = await tokenless(closeback)
    const report = await cycle(closeback.pipeline, { now, mayContinue: () => !terminal.stop.aborted })
    const text = reportText(report, failed, terminal)
    return { exit: failed.length === 0 ? 0 : 1, document: { ...report, failed }, text }
  })
}

async function tokenless({ pipeline, store }: Closeback): Promise<Tokenless[]> {
  const failed: Tokenless[] = []
  for (const { id } of store.current.workspace.connections) {
    await pipeline.eventsToken(id).catch((error: unknown) => {
      if (!(error instanceof ClosebackError)) throw error
      failed.push({ connectionId: id, message: error.message, remedy: error.remedy })
    })
  }
  return failed
}

function reportText(report: PushReport, failed: readonly Tokenless[], { width }: Terminal): string {
  const { read, requests, accepted, rejected, waiting, uncertain, expired } = report
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

function counted(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`
}
