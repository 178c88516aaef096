import type { LedgerAttribution, Model } from '../../../../core/model/attribution.ts'
import { journeysText } from '../../../attribution/words.ts'
import { decimalCell, moneyCell, NONE } from '../reports/cells.ts'
import type { RichCell, Table } from '../reports/table.ts'

type Level = LedgerAttribution['levels'][number]
type Credited = Level['rows'][number]['credited'][number]

export const LEVELS = ['channel', 'campaign', 'ad_group', 'ad'] as const satisfies readonly Level['level'][]
export const LEVEL_WORDS: Record<Level['level'], string> = {
  channel: 'Channel',
  campaign: 'Campaign',
  ad_group: 'Ad group',
  ad: 'Ad',
}

/** What models are compared by. */
export const FIGURES = ['conversions', 'value', 'roas', 'cpa'] as const
export type Figure = (typeof FIGURES)[number]
export const FIGURE_WORDS: Record<Figure, string> = {
  conversions: 'Conversions',
  value: 'Revenue',
  roas: 'ROAS',
  cpa: 'CPA',
}

export const MODEL_WORDS: Record<Model, string> = {
  first: 'First touch',
  last: 'Last touch',
  last_non_direct: 'Last non-direct',
  linear: 'Linear',
  position: 'Position',
  time_decay: 'Time decay',
  shapley: 'Shapley',
  markov: 'Markov',
}

export interface AttributionChoice {
  level: Level['level']
  figure: Figure
  /** Null: all of them. */
  channel: string | null
}

/** One thing with what every model gives it; `start` and `end` of the spread in percent of the largest. */
export interface SpreadRow {
  key: string
  name: string
  marks: { model: Model; at: number; text: string }[]
  start: number
  end: number
  spread: string
}

export interface AttributionView {
  finding: string
  summary: string
  channels: string[]
  models: Model[]
  rows: SpreadRow[]
  table: Table
}

/** Rows a chart is still read with; the table has all of them. */
const MOST_BARS = 12

/** Models side by side, as the page shows them. */
export function attributionView(report: LedgerAttribution, choice: AttributionChoice): AttributionView {
  const { levels } = report
  const level = levels.find((each) => each.level === choice.level) ?? { level: choice.level, rows: [] }
  const rows = level.rows.filter(({ names }) => choice.channel === null || names[0] === choice.channel)
  const models = [
    ...new Set(
      levels.flatMap((each) => each.rows).flatMap(({ credited }) => credited.map(({ model }) => model)),
    ),
  ]
  const largest = Math.max(
    1e-9,
    ...rows.flatMap(({ credited }) => credited.flatMap((each) => numberOf(each, choice.figure) ?? [])),
  )
  const spreads = rows.map((row) => spreadRow(row, choice.figure, largest))
  return {
    finding: findingOf(rows, choice),
    summary: `${journeysText(report)}.`,
    channels: [...new Set((levels[0]?.rows ?? []).flatMap(({ names }) => names[0] ?? []))],
    models,
    rows: spreads.slice(0, MOST_BARS),
    table: tableOf(report, rows, models, choice),
  }
}

function numberOf(credited: Credited, figure: Figure): number | null {
  if (figure === 'conversions') return credited.conversions
  if (figure === 'roas') return credited.roas
  const money = figure === 'value' ? credited.value : credited.cpa
  return money === null ? null : Number(money.amount)
}

function cellOf(credited: Credited | undefined, figure: Figure): RichCell {
  if (!credited) return NONE
  if (figure === 'value') return moneyCell(credited.value)
  if (figure === 'cpa') return moneyCell(credited.cpa)
  return decimalCell(numberOf(credited, figure))
}

const nameOf = (names: readonly string[]) => names.at(-1) || 'unknown'

function spreadRow({ names, credited }: Level['rows'][number], figure: Figure, largest: number): SpreadRow {
  const marks = credited.flatMap((each) => {
    const number = numberOf(each, figure)
    return number === null
      ? []
      : [{ model: each.model, at: (number / largest) * 100, text: cellOf(each, figure).text }]
  })
  const at = marks.map((mark) => mark.at)
  return {
    key: names.join(' > '),
    name: nameOf(names),
    marks,
    start: marks.length === 0 ? 0 : Math.min(...at),
    end: marks.length === 0 ? 0 : Math.max(...at),
    spread: spreadCell(credited, figure).text,
  }
}

/** How far the models are apart: the least and the most they give. */
function spreadCell(credited: readonly Credited[], figure: Figure): RichCell {
  const told = credited
    .filter((each) => numberOf(each, figure) !== null)
    .toSorted((a, b) => (numberOf(a, figure) ?? 0) - (numberOf(b, figure) ?? 0))
  const [least, most] = [told[0], told.at(-1)]
  if (!least || !most) return NONE
  const text = [...new Set([cellOf(least, figure).text, cellOf(most, figure).text])].join(' to ')
  return { text, raw: Number(((numberOf(most, figure) ?? 0) - (numberOf(least, figure) ?? 0)).toFixed(2)) }
}

function findingOf(rows: readonly Level['rows'][number][], { figure, level }: AttributionChoice): string {
  const word = LEVEL_WORDS[level].toLowerCase()
  if (rows.length === 0) return `No ${word} has earned a deal in these days`
  const best = new Set(
    rows[0]?.credited.map((_, at) =>
      nameOf(rows.toSorted((a, b) => of(b, at, figure) - of(a, at, figure))[0]?.names ?? []),
    ),
  )
  const [only, ...others] = best
  const what =
    figure === 'conversions' || figure === 'value' ? FIGURE_WORDS[figure].toLowerCase() : FIGURE_WORDS[figure]
  if (others.length === 0) return `By every model, ${only} has the most ${what}`
  return `The models do not agree on the ${word} with the most ${what}: ${[...best].join(', ')}`
}

const of = ({ credited }: Level['rows'][number], at: number, figure: Figure) => {
  const given = credited[at]
  return (given && numberOf(given, figure)) ?? 0
}

function tableOf(
  { connectionId, from, to }: LedgerAttribution,
  rows: Level['rows'],
  models: readonly Model[],
  { level, figure }: AttributionChoice,
): Table {
  const depth = LEVELS.indexOf(level) + 1
  return {
    file: `attribution-${connectionId}-${level}-${figure}-${from}-${to}`,
    caption: `${FIGURE_WORDS[figure]} by model`,
    columns: [
      ...LEVELS.slice(0, depth).map((each) => ({ title: LEVEL_WORDS[each] })),
      ...models.map((model) => ({ title: MODEL_WORDS[model], number: true as const })),
      { title: 'Spread', number: true },
      { title: 'Spend', number: true },
    ],
    empty: 'No deal was won in these days; choose a longer period, or another channel.',
    rows: rows.map(({ names, credited, spend }) => ({
      key: names.join(' > '),
      cells: [
        ...Array.from({ length: depth }, (_, at) => names[at] || 'unknown'),
        ...models.map((model) =>
          cellOf(
            credited.find((each) => each.model === model),
            figure,
          ),
        ),
        spreadCell(credited, figure),
        moneyCell(spend),
      ],
    })),
  }
}
