import type { Generated } from 'kysely'

/** Work that outlasts the page it was begun on. */
export interface RunsTable {
  id: Generated<number>
  kind: 'install' | 'backfill'
  source_id: string
  /** JSON of what was asked for. */
  asked: string
  /** Id of the key or person. */
  actor: string
  state: 'running' | 'done' | 'failed'
  /** How far it is: steps, or stage changes gone through; `total` where that is known. */
  count: number
  total: number | null
  /** JSON of what came of it so far. */
  result: string | null
  problem: string | null
  started_at: number
  updated_at: number
}
