import { retain } from '../../core/pipeline/retention.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Empties what was said longer ago than the settings keep it, as the host does every day. */
export async function retention(terminal: Terminal, { dryRun }: { dryRun: boolean }): Promise<Outcome> {
  return withCloseback(terminal, async ({ pipeline }) => {
    const report = await retain(pipeline, { dryRun, mayContinue: () => !terminal.stop.aborted })
    const { deliveries, inbox, conflicts } = report.purged
    const text =
      `${dryRun ? 'Would empty' : 'Emptied'} ${deliveries} payloads and the contents of ${inbox} messages and ` +
      `${conflicts} conflicts from before ${report.before}. Keys, states and amounts stay.`
    return { exit: 0, document: report, text: `${wrap(text, terminal.width)}\n` }
  })
}
