import type { Pipeline } from './context.ts'
import { finishErasures } from './erase.ts'
import { hydrate } from './hydrate.ts'
import { type PushOptions, push } from './push.ts'
import { emptyReport, type PushReport } from './push-report.ts'
import { releaseDue } from './release.ts'

/** One cycle, as the host runs every two minutes and `closeback push` once: read what came, end holds, send. */
export async function cycle(pipeline: Pipeline, options: PushOptions = {}): Promise<PushReport> {
  const report = emptyReport()
  await finishErasures(pipeline.ledger)
  report.read = await hydrate(pipeline, options.mayContinue)
  await releaseDue(pipeline, 'due')
  await push(pipeline, report, options)
  return report
}
