import { z } from 'zod'
import { PathsAttribution } from '../../core/model/attribution.ts'
import { Reconciliation } from '../../core/model/reconciliation.ts'

/** What the reports print with `--json`. */
export const ANALYSIS_SCHEMAS = {
  reconcile: z.strictObject({ reports: z.array(Reconciliation).describe('one a connection and event') }),
  attribute: PathsAttribution,
} as const
