import { csvText } from '../reports/csv.ts'
import type { AttributionView } from './view.ts'

/** One line a level, name and model. */
export function attributionCsv({ models, levels }: AttributionView): string {
  const deepest = Math.max(...levels.map(({ titles }) => titles.length))
  const names = levels.find(({ titles }) => titles.length === deepest)?.titles ?? []
  const head = ['level', ...names.map((name) => name.toLowerCase().replaceAll(' ', '_')), 'model']
  const rows = levels.flatMap(({ titles, rows }) =>
    rows.flatMap((row) =>
      row.credited.map(({ conversions, value, cpa, roas }, at) => [
        titles.at(-1)?.toLowerCase() ?? '',
        ...names.map((_, column) => row.names[column] ?? ''),
        models[at] as string,
        conversions,
        plain(value),
        plain(row.spend),
        plain(cpa),
        plain(roas),
      ]),
    ),
  )
  return csvText([[...head, 'conversions', 'value', 'spend', 'cpa', 'roas'], ...rows])
}

/** `1,234.50` and `1,234.50 USD` as a number that a spreadsheet adds up. */
function plain(text: string | null): string | null {
  return text === null ? null : text.replaceAll(',', '').replace(/ [A-Z]{3}$/, '')
}
