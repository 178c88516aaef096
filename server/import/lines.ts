import { ClosebackError } from '../../core/model/errors.ts'

/** A line as it stands in the file, without its end; `null` for one too long to be a row. */
export interface Line {
  /** From 1. */
  number: number
  text: string | null
}

/** Longer lines than this are no rows: 1 MB of text. */
const MAX_LENGTH = 1_000_000

/** Cuts text into lines at LF, CRLF or CR, in memory of one line whatever the file holds. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 1
  let rest = ''
  let tooLong = false
  let afterReturn = false
  const take = (): Line => {
    const line = { number: number++, text: tooLong ? null : rest }
    rest = ''
    tooLong = false
    return line
  }
  for await (const piece of pieces) {
    let from = 0
    const ends = /\r\n|\n|\r/g
    // A CR that ended the last piece may have its LF in this one.
    if (afterReturn && piece.startsWith('\n')) from = ends.lastIndex = 1
    if (piece !== '') afterReturn = piece.endsWith('\r')
    for (let end = ends.exec(piece); end !== null; end = ends.exec(piece)) {
      add(piece.slice(from, end.index))
      yield take()
      from = ends.lastIndex
    }
    add(piece.slice(from))
  }
  if (rest !== '' || tooLong) yield take()

  function add(text: string) {
    if (tooLong) return
    rest += text
    if (rest.length > MAX_LENGTH) {
      tooLong = true
      rest = ''
    }
  }
}

/** The first line that is not blank. */
export async function firstLine(lines: AsyncGenerator<Line>): Promise<Line> {
  for (let line = await lines.next(); !line.done; line = await lines.next())
    if (line.value.text === null || line.value.text.trim() !== '') return line.value
  throw new ClosebackError('invalid', 'The file is empty.', { remedy: 'Check the path.' })
}

/** Puts a line that was read already back in front. */
export async function* from(first: Line, lines: AsyncGenerator<Line>): AsyncGenerator<Line> {
  yield first
  yield* lines
}
