import { readRuleStarts } from '../../ledger/workspace.ts'
import { compileRules } from '../../mapping/mapper.ts'
import type { Reason } from '../../model/delivery.ts'
import type { Workspace } from '../../model/workspace.ts'
import type { Pipeline } from '../context.ts'
import { createClaims, mapPast } from './claims.ts'
import { type HistoryRequest, type PastSource, pastSources, readPast } from './past.ts'
import { createSamples, didSend, type PreviewSample, wouldSend } from './preview-samples.ts'
import { createTally, type TallyLine } from './tally.ts'

/** What one set of rules makes of the stage changes. */
export interface PreviewOf {
  lines: TallyLine[]
  /** Stage changes that no rule matches. */
  unmatched: { reason: Reason; count: number }[]
}

export interface PreviewReport {
  /** Stage changes looked at. */
  changes: number
  sources: PastSource[]
  present: PreviewOf
  /** What other settings would make of them, when some were given. */
  proposed: PreviewOf | null
  /** The newest stage changes behind the difference: of the other settings against the present ones, else of what would be sent against what was. */
  samples: readonly PreviewSample[]
}

/** Enough to see what a change does. */
const SAMPLES = 10

/**
 * What the rules would send for stage changes that occurred since a moment, beside what was sent: as if the rules had
 * been there, start limits set aside. With `proposed`, also what other settings would. Reads and counts; writes nothing.
 */
export async function preview(
  pipeline: Pipeline,
  request: HistoryRequest & { proposed?: Workspace },
): Promise<PreviewReport> {
  const settings = await pipeline.settings()
  const starts = await readRuleStarts(pipeline.ledger.db)
  const { proposed } = request
  const views = [settings.workspace, ...(proposed ? [proposed] : [])].map((workspace) => ({
    mapper: workspace === settings.workspace ? settings.mapper : compileRules(workspace, starts),
    claims: createClaims(),
    tally: createTally(settings, workspace),
  }))
  const samples = createSamples(SAMPLES)
  let changes = 0
  for await (const page of readPast(pipeline, settings, request)) {
    changes += page.length
    for (const past of page) {
      const sides = views.map(({ mapper, claims, tally }) => {
        const mapped = mapPast(mapper, past, claims)
        tally.addMapped(past, mapped)
        tally.addSent(past)
        return wouldSend(mapped)
      })
      const [first, second] = sides
      if (first) samples.add(past, second ? first : didSend(past), second ?? first)
    }
  }
  const [present, other] = views.map(({ tally }) => ({ lines: tally.lines(), unmatched: tally.unmatched() }))
  return {
    changes,
    sources: pastSources(settings, request.sourceId),
    present: present as PreviewOf,
    proposed: other ?? null,
    samples: samples.samples(),
  }
}
