import { adviceReport } from '../../core/analysis/reports/advice-report.ts'
import type { Advice } from '../../core/model/advice.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { adviceText } from '../advice/advice-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { withCloseback } from './with-closeback.ts'

/** Which stage TikTok should optimise on, for each connection. `asOf` (epoch ms) asks as if it were then. */
export async function adviseStages(
  terminal: Terminal,
  { connectionId, asOf }: { connectionId: string | null; asOf: number | null },
): Promise<Outcome> {
  return withCloseback(terminal, async ({ ledger, store }) => {
    const { workspace } = store.current
    if (connectionId !== null) known('connection', connectionId, workspace.connections)
    const advice: Advice[] = []
    for (const connection of workspace.connections)
      if (connectionId === null || connection.id === connectionId)
        advice.push(await adviceReport(ledger.reader, { workspace, connection, now: asOf ?? ledger.now() }))
    if (advice.length === 0)
      throw new ClosebackError('invalid', 'There is no connection to advise on.', {
        remedy: 'Apply a workspace first.',
      })
    const text = advice.map((each) => adviceText(each, terminal.width)).join('\n')
    return { exit: 0, document: { advice }, text }
  })
}
