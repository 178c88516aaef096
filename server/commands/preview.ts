import { checkRules } from '../../core/mapping/check-rules.ts'
import { momentText } from '../../core/mapping/explain-words.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { MoneyText } from '../../core/model/story.ts'
import { toIso } from '../../core/model/time.ts'
import type { Workspace } from '../../core/model/workspace.ts'
import { type PreviewReport, preview } from '../../core/pipeline/history/preview.ts'
import { differenceOf, type LineDifference } from '../../core/pipeline/history/preview-difference.ts'
import type { TallyLine } from '../../core/pipeline/history/tally.ts'
import { parseWorkspaceText, withLine } from '../../core/workspace/parse-text.ts'
import { proposeRules } from '../../core/workspace/propose.ts'
import { validateWorkspace } from '../../core/workspace/validate.ts'
import { progressOn } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted, countsText, numberText, valuesText, wrapped } from './history-words.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { readTextFile } from './read-file.ts'
import { withCloseback } from './with-closeback.ts'

export interface PreviewOptions {
  /** Epoch ms. */
  since: number
  sourceId: string | null
  /** A workspace file, or only `rules:`. */
  rulesFile: string | null
}

/** What the rules would send for what happened, beside what was sent. */
export async function previewRules(terminal: Terminal, options: PreviewOptions): Promise<Outcome> {
  const { since, sourceId, rulesFile } = options
  const text = rulesFile === null ? null : await readTextFile(terminal, rulesFile)
  return withCloseback(terminal, async ({ pipeline, store }) => {
    const { workspace } = store.current
    if (sourceId !== null) known('source', sourceId, workspace.sources)
    const proposed = rulesFile !== null && text !== null ? readRules(workspace, text, rulesFile) : null
    const progress = progressOn(terminal, 'stage changes')
    const report = await preview(pipeline, {
      since,
      sourceId,
      onProgress: progress.show,
      mayContinue: () => !terminal.stop.aborted,
      ...(proposed && { proposed }),
    }).finally(progress.end)
    const difference = report.proposed && differenceOf(report.present, report.proposed)
    const document = {
      since: toIso(since),
      until: toIso(terminal.now()),
      sourceId,
      changes: report.changes,
      sources: report.sources,
      rules: report.present.lines,
      unmatched: report.present.unmatched,
      proposed: report.proposed && {
        file: rulesFile,
        rules: report.proposed.lines,
        unmatched: report.proposed.unmatched,
        difference,
      },
    }
    return { exit: 0, document, text: reportText(report, difference, options, terminal) }
  })
}

function readRules(current: Workspace, text: string, name: string): Workspace {
  const { workspace, lineOf } = parseWorkspaceText(text, name, { version: 1 })
  const proposed = proposeRules(current, workspace)
  const { issues } = validateWorkspace(proposed, [checkRules])
  if (issues.length === 0) return proposed
  throw new ClosebackError('invalid', `${name} cannot be previewed`, {
    remedy: 'Correct everything listed, then preview it again.',
    issues: issues.map((issue) => withLine(issue, lineOf)),
  })
}

function reportText(
  { changes, sources, present, proposed }: PreviewReport,
  difference: LineDifference[] | null,
  { since, rulesFile }: PreviewOptions,
  { width }: Terminal,
): string {
  const fromCrm = sources.filter(({ from }) => from === 'crm').map(({ sourceId }) => sourceId)
  const where = fromCrm.length === 0 ? '' : `, of ${fromCrm.join(', ')} as the CRM remembers them`
  const lines = [`${counted(changes, 'stage change')} since ${momentText(toIso(since))}${where}.`, '']
  for (const line of present.lines) lines.push(...lineText(line), '')
  lines.push(...unmatchedText(present.unmatched))
  if (proposed && difference) {
    lines.push(`With ${rulesFile}:`, '')
    for (const line of proposed.lines) lines.push(...lineText(line), '')
    lines.push(...unmatchedText(proposed.unmatched), 'Changes against the present rules:')
    for (const { ruleId, connectionId, event, count, values } of difference)
      lines.push(`  ${ruleId} to ${connectionId}, ${event}: ${signed(count, values)}`)
    lines.push(...(difference.length === 0 ? ['  none'] : []), '')
  }
  return wrapped([...lines, 'Nothing was sent and nothing written.'], width)
}

function lineText(line: TallyLine): string[] {
  const { ruleId, connectionId, event, would, held, sent, difference, states, reasons } = line
  const { matchScore: score } = would
  const told = [
    `would send ${amount(would)}`,
    `did send ${amount(sent)}`,
    `difference ${signed(difference.count, difference.values)}`,
    ...(score
      ? [
          score.lowest === score.highest
            ? `match score ${score.average}`
            : `match score ${score.average} on average, spread ${score.deviation}, ${score.lowest} to ${score.highest}`,
        ]
      : []),
    ...(would.beforeStart > 0
      ? [`before the start: ${numberText(would.beforeStart)}, which go by "closeback backfill" alone`]
      : []),
    ...(would.tooOld > 0 ? [`too old for TikTok by now: ${numberText(would.tooOld)}`] : []),
    ...(held.length > 0 ? [`would be held: ${countsText('reason', held)}`] : []),
    ...(states.length > 0 ? [`deliveries there are: ${countsText('state', states)}`] : []),
    ...(reasons.length > 0 ? [`would not go: ${countsText('reason', reasons)}`] : []),
  ]
  return [`${ruleId} to ${connectionId}, ${event}`, ...told.map((text) => `  ${text}`)]
}

function unmatchedText(unmatched: readonly { reason: string; count: number }[]): string[] {
  return unmatched.length === 0 ? [] : [`No rule for: ${countsText('reason', unmatched)}.`, '']
}

function amount({ count, values }: { count: number; values: readonly MoneyText[] }): string {
  return values.length === 0 ? numberText(count) : `${numberText(count)} worth ${valuesText(values)}`
}

function signed(count: number, values: readonly MoneyText[]): string {
  const plus = (text: string) => (text.startsWith('-') ? text : `+${text}`)
  const worth = values.map((each) => plus(valuesText([each]))).join(', ')
  const number = count === 0 ? '0' : plus(numberText(count))
  return worth === '' ? number : `${number} worth ${worth}`
}
