import type { Generated } from 'kysely'

export interface AuditTables {
  audits: AuditsTable
}

/** Every audit ever made: the next one is held against it. */
export interface AuditsTable {
  id: Generated<number>
  connection_id: string
  event: string
  made_at: number
  /** JSON: figures, findings and the report, as core/model/audit.ts says. */
  content: string
}
