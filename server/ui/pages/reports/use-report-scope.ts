import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { type DayPeriod, periodOf, todayIn } from './period.ts'
import { useQueryChange } from './use-query-change.ts'

type Connection = Answer<'GET /api/v1/workspace'>['connections'][number]

/** What a report is about, as the address says. */
export interface ReportScope {
  connections: Connection[]
  connection: Connection
  period: DayPeriod
  /** The day it is for the ad account. */
  today: string
}

/** Reads it; `scope` is null while the settings are not there, or have no connection. */
export function useReportScope() {
  const asked = useAnswer('GET /api/v1/workspace')
  const { query } = useQueryChange()
  const connections = asked.data?.connections ?? []
  const connection = connections.find(({ id }) => id === query.get('connection')) ?? connections[0]
  if (!connection) return { asked, scope: null }
  const today = todayIn(connection.timezone, Date.now())
  const scope: ReportScope = { connections, connection, period: periodOf(query, today), today }
  return { asked, scope }
}
