import { resolve } from 'node:path'
import { amountText } from '../../core/mapping/explain-words.ts'
import { toIso } from '../../core/model/time.ts'
import { type ImportReport, importRows } from '../../core/pipeline/history/import.ts'
import type { ColumnMap } from '../import/column-map.ts'
import { parseColumnList, parseColumnMap } from '../import/column-text.ts'
import { type OpenedFile, openRows } from '../import/read-rows.ts'
import { progressOn } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted, countsText, numberText, valuesText, wrapped } from './history-words.ts'
import { known } from './known.ts'
import type { Outcome } from './outcome.ts'
import { readTextFile } from './read-file.ts'
import { ACTOR, withCloseback } from './with-closeback.ts'

export interface ImportOptions {
  file: string
  sourceId: string
  mapFile: string | null
  /** The short form of a column map. */
  columns: string | null
  /** What the command line says wins over the map. */
  options: { [Key in keyof Omit<ColumnMap, 'columns'>]?: ColumnMap[Key] | undefined }
  /** Without it nothing is written. */
  yes: boolean
}

/** Takes a file of deals in as if each row had been posted; without `yes` says what would come of it. */
export async function importFile(terminal: Terminal, options: ImportOptions): Promise<Outcome> {
  const { file, sourceId, yes } = options
  const map = await readMap(terminal, options)
  return withCloseback(terminal, async ({ pipeline, inbox, store }) => {
    known('source', sourceId, store.current.workspace.sources)
    const active = (await pipeline.settings()).sources.get(sourceId)
    if (!active) throw new Error('a source of the settings is not active')
    const opened = await openRows(resolve(terminal.cwd, file), map)
    const progress = progressOn(terminal, 'rows')
    const report = await importRows(pipeline, {
      active,
      rows: opened.rows,
      write: yes ? { commit: (tickets) => Promise.all(tickets.map(inbox.add)), actor: ACTOR } : null,
      onProgress: (rows) => progress.show(rows, null),
      mayContinue: () => !terminal.stop.aborted,
    }).finally(progress.end)
    const { encoding, delimiter } = opened
    const samples = report.samples.map((each) => ({ ...each, occurredAt: toIso(each.occurredAt) }))
    const document = { file, sourceId, encoding, delimiter, written: yes, ...report, samples }
    return { exit: 0, document, text: reportText(report, opened, yes, terminal) }
  })
}

type GivenMap = Omit<ColumnMap, 'columns'> & { columns: ColumnMap['columns'] | null }

async function readMap(terminal: Terminal, { mapFile, columns, options }: ImportOptions): Promise<GivenMap> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const map =
    mapFile !== null
      ? parseColumnMap(await readTextFile(terminal, mapFile), mapFile)
      : { columns: columns === null ? null : parseColumnList(columns) }
  return { ...map, ...given }
}

/** Broken rows shown to people; `--json` lists more. */
const SHOWN = 20

function reportText(
  report: ImportReport,
  { encoding, delimiter }: OpenedFile,
  written: boolean,
  { width }: Terminal,
): string {
  const { rows, received, duplicates, conflicts, broken, stages, lines, unmatched, samples } = report
  const mark = delimiter === '\t' ? 'tab' : `"${delimiter}"`
  const told = [
    `${counted(rows, 'row')}, read as ${encoding} with ${mark} between cells.`,
    `${numberText(received)} ${written ? 'received' : 'would be received'}, ${counted(duplicates, 'duplicate')}, ` +
      `${counted(conflicts, 'conflict')}, ${numberText(broken)} broken.`,
    ...stages.map(({ stage, milestone, count, values }) => {
      const name = stage === milestone ? stage : `${stage} (${milestone})`
      const worth = values.length === 0 ? '' : ` worth ${valuesText(values)}`
      return `  ${name}: ${numberText(count)}${worth}`
    }),
    ...lines.flatMap(lineText),
    ...(unmatched.length > 0 ? [`No rule for: ${countsText('reason', unmatched)}.`] : []),
    ...(samples.length > 0 ? ['The first:'] : []),
    ...samples.map(
      ({ line, record, stage, occurredAt, amount, fields }) =>
        `  line ${line}: ${record.type}:${record.id} ${stage} ${toIso(occurredAt)}` +
        `${amount ? ` ${amountText(amount)}` : ''}${fields.length > 0 ? `, with ${fields.join(', ')}` : ''}`,
    ),
    ...brokenText(report),
    written
      ? 'The next push sends what goes.'
      : received > 0
        ? 'Nothing was written: say --yes to import this.'
        : 'Nothing was written, and nothing in it is new.',
  ]
  return wrapped(told, width)
}

function lineText({
  ruleId,
  connectionId,
  event,
  goes,
  tooOld,
  held,
  reasons,
}: ImportReport['lines'][number]) {
  const worth = goes.values.length === 0 ? '' : ` worth ${valuesText(goes.values)}`
  return [
    `${ruleId} to ${connectionId}, ${event}: ${numberText(goes.count)}${worth}`,
    ...(held.length > 0 ? [`  held until it is complete: ${countsText('reason', held)}`] : []),
    ...(tooOld > 0 ? [`  older than TikTok takes: ${numberText(tooOld)}`] : []),
    ...(reasons.length > 0 ? [`  not sent: ${countsText('reason', reasons)}`] : []),
    ...(reasons.some(({ reason }) => reason === 'before_start')
      ? ['  What is before the start goes by "closeback backfill" alone.']
      : []),
  ]
}

function brokenText({ broken, brokenRows }: ImportReport): string[] {
  if (broken === 0) return []
  const shown = brokenRows.slice(0, SHOWN).map(({ line, issues }) => {
    const told = issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`))
    return `  line ${line}: ${told.join('; ')}`
  })
  const more = broken - shown.length
  return [
    'Broken rows, which were left out:',
    ...shown,
    ...(more > 0 ? [`  and ${numberText(more)} more; --json lists them`] : []),
  ]
}
