import { z } from 'zod'
import { checkRules } from '../../core/mapping/check-rules.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { DAY, toIso } from '../../core/model/time.ts'
import type { Workspace } from '../../core/model/workspace.ts'
import { preview } from '../../core/pipeline/history/preview.ts'
import { differenceOf } from '../../core/pipeline/history/preview-difference.ts'
import { validateWorkspace } from '../../core/workspace/validate.ts'
import { HISTORY_SCHEMAS } from '../commands/history-schemas.ts'
import { PreviewSampleShape } from '../openapi/console-shapes.ts'
import { operation } from './operation.ts'

const MAX_DAYS = 90
const { rules: Lines, unmatched: Unmatched, sources: Sources, proposed } = HISTORY_SCHEMAS.preview.shape

export const previewRules = operation({
  route: 'POST /api/v1/rules/preview',
  id: 'previewRules',
  summary:
    'What rules would have sent for the last days, next to what was sent; nothing leaves, nothing is written',
  body: z.strictObject({
    rules: z
      .array(z.record(z.string(), z.json()))
      .nullable()
      .default(null)
      .describe('null: the present ones alone'),
    days: z.int().min(1).max(MAX_DAYS).default(30),
  }),
  answers: {
    200: {
      description: 'counts, values and the difference',
      schema: z.object({
        since: z.iso.datetime(),
        changes: z.int().describe('stage changes looked at'),
        sources: Sources,
        rules: Lines,
        unmatched: Unmatched,
        proposed: proposed.unwrap().omit({ file: true }).nullable(),
        samples: z
          .array(PreviewSampleShape)
          .describe(
            'the ten newest behind the difference: of these rules against the present ones, else of what would be sent against what was',
          ),
      }),
    },
  },
  async act({ body: { rules, days } }, { closeback: { ledger, pipeline, store }, stopping }) {
    const since = ledger.now() - days * DAY
    const proposedWorkspace = rules === null ? null : proposedOf(store.current.workspace, rules)
    const report = await preview(pipeline, {
      since,
      sourceId: null,
      mayContinue: () => !stopping.aborted,
      ...(proposedWorkspace && { proposed: proposedWorkspace }),
    })
    const { present, proposed: other } = report
    return {
      status: 200,
      body: {
        since: toIso(since),
        changes: report.changes,
        sources: report.sources,
        rules: present.lines,
        unmatched: present.unmatched,
        proposed: other && {
          rules: other.lines,
          unmatched: other.unmatched,
          difference: differenceOf(present, other),
        },
        samples: report.samples.map(({ occurredAt, ...sample }) => ({
          ...sample,
          occurredAt: toIso(occurredAt),
        })),
      },
    }
  },
})

function proposedOf(current: Workspace, rules: readonly unknown[]): Workspace {
  const { workspace, issues } = validateWorkspace({ ...current, rules }, [checkRules])
  if (workspace !== null && issues.length === 0) return workspace
  throw new ClosebackError('invalid', 'These rules cannot be previewed.', {
    remedy: 'Correct everything listed.',
    issues,
  })
}
