/** One line of the table. */
export interface Row {
  /** What was measured, at most 28 characters. */
  what: string
  /** The figure with its unit. */
  figure: string
  /** The floor or peer of the same run with its unit; empty where there is none. */
  against: string
  /** Our speed as a share of the floor's or the peer's; null where there is none. */
  ratio: number | null
  /** What was promised; empty for rows that only inform. */
  target: string
  met: boolean | null
}

/** A benchmark: measures, and says what it found. `quick` asks for a rough answer in a few seconds. */
export type Bench = (options: { quick: boolean }) => Promise<Measured>

export interface Measured {
  rows: Row[]
  /** What a reader must know to read the rows: what was skipped and why, what was unusual. */
  notes: string[]
}

const WIDTHS = [28, 12, 13, 6, 9, 6] as const
const LEFT = new Set([0, 5])

const HEADINGS = ['what', 'figure', 'floor or peer', 'ratio', 'target', '']

/** The first two lines of the table, 80 columns wide. */
export const HEAD = `${line(HEADINGS)}\n${'-'.repeat(80)}`

/** One line of the table. */
export function rowText({ what, figure, against, ratio, target, met }: Row): string {
  const shown = ratio === null ? '' : ratio.toFixed(ratio < 10 ? 2 : 1)
  return line([what, figure, against, shown, target, met === null ? '' : met ? 'met' : 'MISSED'])
}

function line(cells: readonly string[]): string {
  const shown = cells.map((cell, at) => {
    const width = WIDTHS[at] ?? 0
    return LEFT.has(at) ? cell.padEnd(width) : cell.padStart(width)
  })
  return shown.join(' ').trimEnd()
}

/** A row against a floor or peer of the same run, with the least ratio that was promised. */
export function ratioRow(
  what: string,
  shown: { figure: string; against: string },
  ratio: number,
  least: number | null,
): Row {
  const target = least === null ? '' : `>= ${least}`
  return { what, ...shown, ratio, target, met: least === null ? null : ratio >= least }
}

/** `31,400/s` */
export function perSecond(rate: number): string {
  return `${grouped(rate)}/s`
}

/** Three digits that matter, thousands apart. */
export function grouped(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US')
}

/** `6.31 us` */
export function micros(us: number): string {
  return `${us.toFixed(us < 100 ? 2 : 0)} us`
}
