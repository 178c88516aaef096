import { type Column, table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'
import { type AttributionLevel, type AttributionView, type Credited, decimalText } from './view.ts'

/** Models side by side as far as a terminal is wide. */
const NAME_WIDTH = 16
const FIGURE_WIDTH = 16

/** An attribution report for a terminal: for each level the conversions by model, then what they are worth. */
export function attributionText(view: AttributionView, width: number): string {
  const head = [view.title, ...view.summary, ...view.notes.map((note) => `Note: ${note}`)]
  // Deeper levels are long and wide: they are for the other formats.
  const tables = view.levels
    .slice(0, 2)
    .flatMap((level) => figuresOf(level).map((figure) => side(view, level, figure, width)))
  return `${head.map((line) => wrap(line, width)).join('\n')}\n\n${tables.join('\n')}`
}

interface Figure {
  title: string
  text(credited: Credited): string
}

function figuresOf({ rows }: AttributionLevel): Figure[] {
  const figures: Figure[] = [
    { title: 'conversions', text: ({ conversions }) => decimalText(conversions) },
    { title: 'value', text: ({ value }) => value },
  ]
  if (rows.every(({ spend }) => spend === null)) return figures
  return [
    ...figures,
    { title: 'cost per conversion', text: ({ cpa }) => cpa ?? '-' },
    { title: 'return on ad spend', text: ({ roas }) => roas ?? '-' },
  ]
}

function side(
  { models }: AttributionView,
  { titles, rows }: AttributionLevel,
  figure: Figure,
  width: number,
) {
  const most = Math.max(1, Math.floor((width - NAME_WIDTH) / FIGURE_WIDTH))
  const parts: string[] = []
  for (let from = 0; from < models.length; from += most) {
    const shown = models.slice(from, from + most)
    const columns: Column[] = [
      ...titles.map((title) => ({ title, shrink: true as const })),
      ...(figure.title === 'cost per conversion' ? [{ title: 'spend', align: 'right' as const }] : []),
      ...shown.map((model) => ({ title: model, align: 'right' as const })),
    ]
    const lines = rows.map(({ names, spend, credited }) => ({
      cells: [
        ...names,
        ...(figure.title === 'cost per conversion' ? [spend ?? '-'] : []),
        ...shown.map((_, at) => figure.text(credited[from + at] as Credited)),
      ],
      note: '',
    }))
    parts.push(table(columns, lines, width))
  }
  return `${titles.join(', ')}: ${figure.title}\n${parts.join('\n')}`
}
