import { z } from 'zod'
import { Advice } from '../../core/model/advice.ts'
import { LedgerAttribution, PathsAttribution } from '../../core/model/attribution.ts'
import { Reconciliation } from '../../core/model/reconciliation.ts'

/** What the reports print with `--json`. */
export const ANALYSIS_SCHEMAS = {
  reconcile: z.strictObject({ reports: z.array(Reconciliation).describe('one a connection and event') }),
  advise: z.strictObject({ advice: z.array(Advice).describe('one a connection') }),
  attribute: z.union([PathsAttribution, LedgerAttribution]),
} as const
