import { toIso } from '../../core/model/time.ts'
import { planBackfill, runBackfill } from '../../core/pipeline/history/backfill.ts'
import type { BackfillPlan } from '../../core/pipeline/history/backfill-plan.ts'
import { progressOn } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted, countsText, numberText, valuesText, wrapped } from './history-words.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

export interface BackfillOptions {
  /** Epoch ms. */
  since: number
  sourceId: string | null
  /** Without it nothing is written. */
  yes: boolean
}

/** Says what would go of what happened before the start, and with `yes` makes it wait for the next push. */
export async function backfill(
  terminal: Terminal,
  { since, sourceId, yes }: BackfillOptions,
): Promise<Outcome> {
  return withCloseback(terminal, async ({ pipeline, store }) => {
    if (sourceId !== null) known('source', sourceId, store.current.workspace.sources)
    const progress = progressOn(terminal, 'stage changes')
    const request = {
      since,
      sourceId,
      onProgress: progress.show,
      mayContinue: () => !terminal.stop.aborted,
    }
    const plan = await planBackfill(pipeline, request).finally(progress.end)
    const made =
      yes && plan.count > 0
        ? await runBackfill(pipeline, { ...request, actor: ACTOR, planned: plan.count }).finally(progress.end)
        : 0
    const document = {
      since: toIso(since),
      sourceId,
      sources: plan.sources,
      planned: plan.count,
      lines: plan.lines,
      oldest: plan.oldest && { ...plan.oldest, occurredAt: toIso(plan.oldest.occurredAt) },
      written: yes,
      made,
    }
    return { exit: 0, document, text: planText(plan, { since, yes, made }, terminal) }
  })
}

function planText(
  { count, lines, oldest }: BackfillPlan,
  { since, yes, made }: { since: number; yes: boolean; made: number },
  { width }: Terminal,
): string {
  const told = lines.flatMap(({ connectionId, event, count, values, held, tooOld }) => [
    `${event} to ${connectionId}: ${amount(count, valuesText(values))}`,
    ...(held.length > 0 ? [`  held until it is complete: ${countsText('reason', held)}`] : []),
    ...(tooOld.count > 0
      ? [`  left out, older than TikTok takes: ${amount(tooOld.count, valuesText(tooOld.values))}`]
      : []),
  ])
  const first =
    oldest && `The oldest is ${oldest.record.type}:${oldest.record.id}, ${toIso(oldest.occurredAt)}.`
  const end =
    count === 0
      ? `Nothing since ${toIso(since)} is left to send.`
      : yes
        ? `${counted(made, 'delivery', 'deliveries')} made: the next push sends what is not held.`
        : 'Nothing was written: say --yes to send this.'
  return wrapped([...told, ...(first ? [first] : []), end], width)
}

function amount(count: number, worth: string): string {
  return worth === '' ? numberText(count) : `${numberText(count)} worth ${worth}`
}
