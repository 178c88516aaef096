import { z } from 'zod'
import { HISTORY_SCHEMAS } from '../commands/history-schemas.ts'
import { InstallStepShape } from './source-shapes.ts'

const InstallShape = z.object({
  ok: z.boolean().describe('false when a step failed'),
  steps: z.array(InstallStepShape).describe('those that are done so far'),
})
export type InstallResult = z.infer<typeof InstallShape>

const { planned, lines, made } = HISTORY_SCHEMAS.backfill.shape
const BackfillShape = z.object({ planned, lines, made })
export type BackfillResult = z.infer<typeof BackfillShape>

/** Long work as the API tells it. */
export const RunShape = z
  .object({
    id: z.int(),
    kind: z.enum(['install', 'backfill']),
    sourceId: z.string(),
    actor: z.string(),
    state: z
      .enum(['running', 'done', 'failed', 'gone'])
      .describe('gone: its host died; what it did until then stays done'),
    writes: z.boolean().describe('false: it only says what would be done'),
    since: z.string().nullable().describe('of a backfill'),
    count: z.int().describe('how far it is: steps, or stage changes gone through'),
    total: z.int().nullable().describe('of how many, where that is known'),
    problem: z.string().nullable().describe('why it failed, and what to do'),
    startedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    install: InstallShape.nullable(),
    backfill: BackfillShape.nullable().describe('null until it ended'),
  })
  .meta({ id: 'Run' })
