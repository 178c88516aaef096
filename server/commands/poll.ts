import { hydrate } from '../../core/pipeline/hydrate.ts'
import { type PollReport, poll } from '../../core/pipeline/poll.ts'
import { counted } from '../terminal/counted.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** One poll now: asks the CRMs what changed, and reads the records behind it. Failed when one could not be asked. */
export async function pollSources(
  terminal: Terminal,
  { sourceId }: { sourceId: string | null },
): Promise<Outcome> {
  return withCloseback(terminal, async ({ pipeline }) => {
    const mayContinue = () => !terminal.stop.aborted
    const sources = await poll(pipeline, { ...(sourceId !== null && { sourceId }), mayContinue })
    const read = await hydrate(pipeline, mayContinue)
    const lines = sources.map((report) => wrap(lineOf(report), terminal.width, '  '))
    if (sources.length === 0) lines.push('No source can be polled: their systems post to us.')
    lines.push(`Read ${counted(read, 'message')}.`)
    return {
      exit: sources.some(({ state }) => state === 'failed') ? 1 : 0,
      document: { sources, read },
      text: `${lines.join('\n')}\n`,
    }
  })
}

function lineOf({ sourceId, state, received, duplicates, error }: PollReport): string {
  if (state === 'busy') return `${sourceId}: another process is polling it now.`
  if (state === 'failed') return `${sourceId}: failed: ${error?.message} ${error?.remedy ?? ''}`.trim()
  const known = duplicates > 0 ? `, ${duplicates} known already` : ''
  return `${sourceId}: ${counted(received, 'change')}${known}${state === 'stopped' ? ', stopped before the end' : ''}.`
}
