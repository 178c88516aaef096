import { PathsAttribution } from '../../core/model/attribution.ts'

/** What the reports print with `--json`. */
export const ANALYSIS_SCHEMAS = {
  attribute: PathsAttribution,
} as const
