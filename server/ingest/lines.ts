import { isUtf8 } from 'node:buffer'
import type { JsonValue } from '../../core/model/json.ts'

/** A longer line is skipped as invalid; nothing else of the stream is lost. */
const MAX_LINE_BYTES = 1_000_000
const NEWLINE = 0x0a

/** What a line turned out to be. Blank ones say nothing, and count as lines. */
export type ReadLine =
  | { kind: 'json'; value: JsonValue }
  | { kind: 'blank' }
  | { kind: 'bad'; message: string }

export interface LineReader {
  /** Takes the next bytes of the body and tells every line that ended in them. */
  take(chunk: Buffer): void
  /** The body is complete: what stands behind the last line break is a line too. */
  end(): void
  /** Lines told so far. */
  count(): number
}

/** Cuts a body without end into lines, and reads each as JSON. Holds at most the bytes of one line. */
export function lineReader(tell: (line: number, read: ReadLine) => void): LineReader {
  let held: Buffer[] = []
  let heldBytes = 0
  let skipping = false
  let lines = 0

  const one = (read: ReadLine) => tell(++lines, read)
  const tooLong = () => one({ kind: 'bad', message: `line ${lines + 1} is longer than 1 MB` })

  function hold(bytes: Buffer): void {
    if (skipping || bytes.length === 0) return
    heldBytes += bytes.length
    if (heldBytes > MAX_LINE_BYTES) {
      skipping = true
      held = []
      return
    }
    // A copy: a view would keep alive the whole chunk it was cut from.
    held.push(Buffer.from(bytes))
  }

  function endLine(rest: Buffer): void {
    const whole = !skipping && heldBytes + rest.length <= MAX_LINE_BYTES
    if (whole) readBlock(held.length === 0 ? rest : Buffer.concat([...held, rest]))
    else tooLong()
    held = []
    heldBytes = 0
    skipping = false
  }

  /** Any number of whole lines. Checked and decoded together: a line break is never part of another character. */
  function readBlock(block: Buffer): void {
    if (block.length <= MAX_LINE_BYTES && isUtf8(block)) {
      for (const text of block.toString('utf8').split('\n')) one(readText(text, lines + 1))
      return
    }
    for (let start = 0; start <= block.length; ) {
      const newline = block.indexOf(NEWLINE, start)
      const end = newline < 0 ? block.length : newline
      const line = block.subarray(start, end)
      if (line.length > MAX_LINE_BYTES) tooLong()
      else if (isUtf8(line)) one(readText(line.toString('utf8'), lines + 1))
      else one({ kind: 'bad', message: `line ${lines + 1} is not valid UTF-8` })
      start = end + 1
    }
  }

  return {
    take(chunk) {
      const first = chunk.indexOf(NEWLINE)
      if (first < 0) return hold(chunk)
      const last = chunk.lastIndexOf(NEWLINE)
      endLine(chunk.subarray(0, first))
      if (last > first) readBlock(chunk.subarray(first + 1, last))
      hold(chunk.subarray(last + 1))
    },
    end() {
      if (heldBytes > 0) endLine(Buffer.alloc(0))
    },
    count: () => lines,
  }
}

function readText(text: string, line: number): ReadLine {
  const unmarked = line === 1 && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  if (unmarked.length < 8 && unmarked.trim() === '') return { kind: 'blank' }
  try {
    return { kind: 'json', value: JSON.parse(unmarked) }
  } catch {
    // The engine's message quotes the line.
    if (unmarked.trim() === '') return { kind: 'blank' }
    return { kind: 'bad', message: `line ${line} is not JSON` }
  }
}
