import { csvText } from '../../../reports/csv.ts'

/** Changes to the query of the page's address; null takes a parameter out. */
export type QueryChange = Record<string, string | null>

/** A text as people read it, with what a spreadsheet gets in its place, and where it leads. */
export interface RichCell {
  text: string
  raw: string | number | null
  to?: QueryChange
  href?: string
}
export type Cell = string | RichCell

/** A table under a chart: the same rows go into the page and into the CSV. */
export interface Table {
  /** Name of the file, without its ending. */
  file: string
  caption: string
  columns: readonly { title: string; number?: true }[]
  rows: readonly { key: string; cells: readonly Cell[]; kind?: 'sum' | 'part' }[]
  /** What to do when there is no row. */
  empty: string
}

export const textOf = (cell: Cell | undefined) => (typeof cell === 'object' ? cell.text : (cell ?? ''))

/** A table as a spreadsheet reads it: figures bare, money as decimals. */
export function tableCsv({ columns, rows }: Table): string {
  return csvText([
    columns.map(({ title }) => title),
    ...rows.map(({ cells }) => cells.map((cell) => (typeof cell === 'object' ? cell.raw : cell))),
  ])
}
