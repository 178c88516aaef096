import { z } from 'zod'
import { listRuns, type Run, runById } from '../../core/ledger/runs.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { toIso } from '../../core/model/time.ts'
import { planBackfill, runBackfill } from '../../core/pipeline/history/backfill.ts'
import type { Closeback } from '../compose.ts'
import type { Host } from '../host.ts'
import { type BackfillResult, type InstallResult, RunShape } from '../openapi/run-shapes.ts'
import { installer, installSource } from '../source-install.ts'
import { operation } from './operation.ts'
import { Flag, Name, NumberText } from './parameters.ts'

const PAGE = 20
const path = z.object({ id: Name })
const BEGUN = {
  202: {
    description: 'begun; GET /api/v1/runs/{id} says how far it is',
    schema: z.object({ run: RunShape }),
  },
  404: { description: 'there is no such source' },
  409: { description: 'the same is at work for this source' },
}

/** Long work: begun here, looked at until it ends, whoever looks and from wherever. */
export const runOperations = [
  operation({
    route: 'POST /api/v1/sources/{id}/install',
    id: 'installSource',
    summary: 'Creates in the CRM the fields that Closeback reads',
    path,
    query: z.strictObject({ dryRun: Flag.describe('say what would be created, create nothing') }),
    answers: BEGUN,
    async act({ path: { id }, query: { dryRun }, actor }, host) {
      const { closeback, runs } = host
      await installer(closeback, id)
      const run = { kind: 'install' as const, sourceId: id, asked: { dryRun }, actor: actor ?? '' }
      const begun = await runs.begin(run, async (tell): Promise<InstallResult> => {
        const steps: InstallResult['steps'] = []
        const { ok } = await installSource(closeback, id, {
          dryRun,
          onStep(step) {
            steps.push(step)
            tell({ count: steps.length, result: { ok: true, steps } })
          },
        })
        return { ok, steps }
      })
      return { status: 202, body: { run: await toldOf(host, begun) } }
    },
  }),
  operation({
    route: 'POST /api/v1/sources/{id}/backfill',
    id: 'backfillSource',
    summary: 'Counts, or sends, what happened before the start',
    description: 'Without `write` it only counts; docs/history.md says what goes and what does not.',
    path,
    body: z.strictObject({
      since: z.iso.datetime({ offset: true }),
      write: z.boolean().default(false).describe('make the deliveries; the next push sends them'),
    }),
    answers: BEGUN,
    async act({ path: { id }, body: { since, write }, actor }, host) {
      await refuseUnknown(host.closeback, id)
      const run = { kind: 'backfill' as const, sourceId: id, asked: { since, write }, actor: actor ?? '' }
      const begun = await host.runs.begin(run, (tell) =>
        backfill(host, { since: Date.parse(since), sourceId: id, write, actor: run.actor }, (count, total) =>
          tell({ count, total }),
        ),
      )
      return { status: 202, body: { run: await toldOf(host, begun) } }
    },
  }),
  operation({
    route: 'GET /api/v1/runs',
    id: 'listRuns',
    summary: 'Lists the long work of a source, newest first',
    query: z.strictObject({ source: Name }),
    answers: { 200: { description: `the last ${PAGE}`, schema: z.object({ runs: z.array(RunShape) }) } },
    async act({ query: { source } }, { closeback: { ledger } }) {
      const runs = await listRuns(ledger.db, { sourceId: source, limit: PAGE }, ledger.now())
      return { status: 200, body: { runs: runs.map(told) } }
    },
  }),
  operation({
    route: 'GET /api/v1/runs/{id}',
    id: 'getRun',
    summary: 'Says how far long work is, and what came of it',
    path: z.object({ id: NumberText }),
    answers: {
      200: { description: 'as it is now', schema: RunShape },
      404: { description: 'there is no such run' },
    },
    async act({ path: { id } }, host) {
      return { status: 200, body: await toldOf(host, id) }
    },
  }),
]

async function backfill(
  { closeback: { pipeline }, jobs, stopping }: Host,
  { since, sourceId, write, actor }: { since: number; sourceId: string; write: boolean; actor: string },
  onProgress: (done: number, total: number | null) => void,
): Promise<BackfillResult> {
  const request = { since, sourceId, onProgress, mayContinue: () => !stopping.aborted }
  const { count, lines } = await planBackfill(pipeline, request)
  const made = write && count > 0 ? await runBackfill(pipeline, { ...request, actor, planned: count }) : 0
  if (made > 0) jobs.wake()
  return { planned: count, lines, made }
}

async function refuseUnknown({ pipeline }: Closeback, id: string): Promise<void> {
  if ((await pipeline.settings()).sources.has(id)) return
  throw new ClosebackError('not_found', `There is no source "${id}".`, {
    remedy: 'Use the id of a source in the workspace.',
  })
}

async function toldOf({ closeback: { ledger } }: Host, id: number) {
  const run = await runById(ledger.db, id, ledger.now())
  if (run) return told(run)
  throw new ClosebackError('not_found', `There is no run ${id}.`, {
    remedy: 'GET /api/v1/runs lists those of a source.',
  })
}

function told({ startedAt, updatedAt, kind, result, asked, ...run }: Run) {
  return {
    ...run,
    kind,
    startedAt: toIso(startedAt),
    updatedAt: toIso(updatedAt),
    writes: 'write' in asked ? asked.write === true : 'dryRun' in asked && asked.dryRun === false,
    since: 'since' in asked ? String(asked.since) : null,
    install: kind === 'install' ? result : null,
    backfill: kind === 'backfill' ? result : null,
  }
}
