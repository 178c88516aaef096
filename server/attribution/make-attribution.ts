import type { ModelOptions } from '../../core/analysis/attribution/models.ts'
import { attributionReport } from '../../core/analysis/reports/attribution-report.ts'
import type { LedgerAttribution, Model } from '../../core/model/attribution.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { known } from '../commands/known.ts'
import type { Closeback } from '../compose.ts'
import { checkPeriod } from '../reports/check-period.ts'

export interface AttributionPeriod {
  /** Account days, both included. */
  from: string
  to: string
  /** Null: the only one there is. */
  connectionId: string | null
  lookbackDays: number
}

/** Whose days and currency a period is counted in. Throws `invalid` for a period that is none, and when that is not clear. */
export function attributedConnection(
  { ledger, store }: Closeback,
  { connectionId, ...period }: Pick<AttributionPeriod, 'from' | 'to' | 'connectionId'>,
): Connection {
  const { workspace } = store.current
  if (connectionId !== null) known('connection', connectionId, workspace.connections)
  const connection = workspace.connections.find(({ id }) => id === (connectionId ?? id))
  if (!connection || (connectionId === null && workspace.connections.length > 1))
    throw new ClosebackError('invalid', 'It is not clear in whose days and currency to count.', {
      remedy: `Name the connection: ${workspace.connections.map(({ id }) => id).join(', ') || 'apply a workspace first'}.`,
    })
  checkPeriod(period, connection, ledger.now())
  return connection
}

/** Throws as `attributedConnection` does. */
export async function makeAttribution(
  closeback: Closeback,
  order: AttributionPeriod & { models: readonly Model[]; how: ModelOptions },
): Promise<LedgerAttribution> {
  const connection = attributedConnection(closeback, order)
  const { ledger, store } = closeback
  const { connectionId: _, ...asked } = order
  return attributionReport(ledger.reader, { workspace: store.current.workspace, connection, ...asked })
}
