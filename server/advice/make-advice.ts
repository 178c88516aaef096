import { adviceReport } from '../../core/analysis/reports/advice-report.ts'
import type { Advice } from '../../core/model/advice.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { known } from '../commands/known.ts'
import type { Closeback } from '../compose.ts'

/** The advice for a connection, or for each; `asOf` (epoch ms) as if it were asked then. */
export async function makeAdvice(
  { ledger, store }: Closeback,
  { connectionId, asOf }: { connectionId: string | null; asOf: number | null },
): Promise<Advice[]> {
  const { workspace } = store.current
  if (connectionId !== null) known('connection', connectionId, workspace.connections)
  const advice: Advice[] = []
  for (const connection of workspace.connections)
    if (connectionId === null || connection.id === connectionId)
      advice.push(await adviceReport(ledger.reader, { workspace, connection, now: asOf ?? ledger.now() }))
  if (advice.length > 0) return advice
  throw new ClosebackError('invalid', 'There is no connection to advise on.', {
    remedy: 'Apply a workspace first.',
  })
}
