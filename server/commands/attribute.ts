import { resolve } from 'node:path'
import type { ModelOptions } from '../../core/analysis/attribution/models.ts'
import type { Model } from '../../core/model/attribution.ts'
import { attributePaths } from '../attribution/attribute-paths.ts'
import { attributionCsv } from '../attribution/attribution-csv.ts'
import { attributionText } from '../attribution/attribution-text.ts'
import { type AttributionPeriod, makeAttribution } from '../attribution/make-attribution.ts'
import { readPaths } from '../attribution/read-paths.ts'
import { type AttributionView, viewOfLedger, viewOfPaths } from '../attribution/view.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import type { ReportFormat } from './report-format.ts'
import { withCloseback } from './with-closeback.ts'

export interface AttributeOptions {
  models: readonly Model[]
  how: ModelOptions
  format: ReportFormat
  file: string | null
}

/** What the models make of the deals that the ledger saw won. */
export async function attributeLedger(
  terminal: Terminal,
  period: AttributionPeriod,
  { models, how, format, file }: AttributeOptions,
): Promise<Outcome> {
  return withCloseback(terminal, async (closeback) => {
    const document = await makeAttribution(closeback, { ...period, models, how })
    return { exit: 0, document, text: await written(viewOfLedger(document), format, terminal), file }
  })
}

/** What the models make of a file of journeys. */
export async function attributeFile(
  terminal: Terminal,
  paths: string,
  { models, how, format, file }: AttributeOptions,
): Promise<Outcome> {
  const journeys = await readPaths(resolve(terminal.cwd, paths))
  const document = attributePaths(paths, journeys, models, how)
  return { exit: 0, document, text: await written(viewOfPaths(document), format, terminal), file }
}

async function written(view: AttributionView, format: ReportFormat, { width }: Terminal): Promise<string> {
  if (format === 'csv') return attributionCsv(view)
  if (format === 'table') return attributionText(view, width)
  if (format === 'json') return ''
  const { attributionPage } = await import('../attribution/attribution-page.ts')
  return attributionPage(view)
}
