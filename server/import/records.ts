import { parse } from 'csv-parse/sync'
import type { Line } from './lines.ts'

/** The cells of one row, or why it has none. `line` is where it begins. */
export type Cells = { line: number; ok: true; cells: string[] } | { line: number; ok: false; problem: string }

/** A quoted cell may hold this many line breaks; a quote that stays open longer was never meant as one. */
const MAX_LINES = 200
const MAX_LENGTH = 1_000_000
/** Rows handed to the parser at a time. */
const BATCH = 500

interface Row {
  line: number
  text: string
}

/**
 * Reads rows of separated values. Rows are found first (a line belongs to the one before it while a quote is open), then
 * parsed many at a time, and one by one where that fails: a broken row costs itself alone, also when its quote would
 * swallow the rest of the file.
 */
export async function* recordsOf(lines: AsyncIterable<Line>, delimiter: string): AsyncGenerator<Cells> {
  let ready: Row[] = []
  // Lines from the one with the open quote on.
  let open: Row[] = []
  let openLength = 0
  // Cells of the header: a row over several lines must have as many, or its quote was no quote.
  let width: number | null = null

  function* flush(): Generator<Cells> {
    const rows = ready
    ready = []
    for (const record of rows.length > 0 ? parseRows(rows, delimiter) : []) {
      if (record.ok) width ??= record.cells.length
      yield record
    }
  }
  /** The first of the open lines is broken; the others are read again from the next. */
  function* giveUp(): Generator<Cells> {
    const [first, ...others] = open
    open = []
    openLength = 0
    if (!first) return
    yield* flush()
    // A quote inside a bare cell (5" pipe) means itself.
    const cells = parseOne(first.text, delimiter, true)
    if (cells && cells.length === width) yield { line: first.line, ok: true, cells }
    else yield { line: first.line, ok: false, problem: 'a quote is opened and never closed' }
    for (const row of others) yield* add(row)
  }
  function* add(row: Row): Generator<Cells> {
    if (open.length === 0 && !hasOddQuotes(row.text)) {
      if (row.text.trim() !== '') ready.push(row)
    } else {
      open.push(row)
      openLength += row.text.length
      const closes = open.length > 1 && hasOddQuotes(row.text)
      if (closes) yield* close()
      else if (open.length > MAX_LINES || openLength > MAX_LENGTH) yield* giveUp()
    }
    if (ready.length >= BATCH) yield* flush()
  }
  function* close(): Generator<Cells> {
    const [first] = open
    const text = open.map((row) => row.text).join('\n')
    if (width === null) yield* flush()
    const cells = parseOne(text, delimiter)
    if (first && cells && (width === null || cells.length === width)) {
      ready.push({ line: first.line, text })
      open = []
      openLength = 0
    } else yield* giveUp()
  }

  for await (const { number, text } of lines) {
    if (text === null) {
      while (open.length > 0) yield* giveUp()
      yield* flush()
      yield { line: number, ok: false, problem: 'the line is longer than 1 MB' }
    } else yield* add({ line: number, text })
  }
  while (open.length > 0) yield* giveUp()
  yield* flush()
}

function hasOddQuotes(text: string): boolean {
  let odd = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd
  return odd
}

function* parseRows(rows: readonly Row[], delimiter: string): Generator<Cells> {
  const parsed = parseAll(rows.map(({ text }) => text).join('\n'), delimiter)
  if (parsed?.length === rows.length) {
    for (const [at, { line }] of rows.entries()) yield { line, ok: true, cells: parsed[at] ?? [] }
    return
  }
  for (const { line, text } of rows) {
    const cells = parseOne(text, delimiter)
    if (cells) yield { line, ok: true, cells }
    else yield { line, ok: false, problem: 'a quote stands where none may' }
  }
}

function parseOne(text: string, delimiter: string, relaxed = false): string[] | null {
  const parsed = parseAll(text, delimiter, relaxed)
  return parsed?.length === 1 ? (parsed[0] ?? null) : null
}

function parseAll(text: string, delimiter: string, relaxed = false): string[][] | null {
  try {
    const options = { delimiter, record_delimiter: '\n', relax_column_count: true, relax_quotes: relaxed }
    return parse(text, options)
  } catch {
    return null
  }
}
