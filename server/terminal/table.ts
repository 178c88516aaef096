/** One column; `shrink` ones give way, and lose the middle of their texts, when the table is too wide. */
export interface Column {
  title: string
  align?: 'right'
  shrink?: true
}

/** One row, and what is said under it where there is something to say. */
export interface Row {
  cells: readonly string[]
  note: string
}

const GAP = '  '
const NARROWEST = 6

/** A table of at most `width` columns, the titles first. */
export function table(columns: readonly Column[], rows: readonly Row[], width: number): string {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map(({ cells }) => cells[at]?.length ?? 0)),
  )
  let excess = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length) - width
  while (excess > 0) {
    const widest = columns.reduce(
      (best, { shrink }, at) => (shrink && (widths[at] ?? 0) > (widths[best] ?? 0) ? at : best),
      columns.findIndex(({ shrink }) => shrink),
    )
    const now = widths[widest] ?? 0
    if (now <= NARROWEST) break
    widths[widest] = now - 1
    excess--
  }
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => {
        const text = shortened(cells[at] ?? '', widths[at] ?? 0)
        return align === 'right' ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)
      })
      .join(GAP)
      .trimEnd()
  const indent = ' '.repeat((widths[0] ?? 0) + GAP.length)
  const lines = rows.flatMap(({ cells, note }) => [
    line(cells),
    ...(note === '' ? [] : [`${indent}${shortenedEnd(note, width - indent.length)}`]),
  ])
  return `${[line(columns.map(({ title }) => title)), ...lines].join('\n')}\n`
}

/** Ids differ at their ends, so the middle goes. */
function shortened(text: string, width: number): string {
  if (text.length <= width) return text
  const tail = Math.floor((width - 1) / 2)
  return `${text.slice(0, width - 1 - tail)}…${text.slice(text.length - tail)}`
}

function shortenedEnd(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
