import { createReadStream } from 'node:fs'
import { ClosebackError } from '../../core/model/errors.ts'

/** Encodings a file can be read in. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof ENCODINGS)[number]

/**
 * Finds out how a file is encoded: by its byte order mark, by the zeros of UTF-16, else UTF-8 when all of it is, else
 * Windows-1252, in which every byte is something. Reads the whole file once, a piece at a time.
 */
export async function detectEncoding(path: string): Promise<Encoding> {
  const strict = new TextDecoder('utf-8', { fatal: true })
  let first = true
  try {
    for await (const bytes of piecesOf(path)) {
      const seen = first ? markOf(bytes) : null
      if (seen !== null) return seen
      first = false
      strict.decode(bytes, { stream: true })
    }
    strict.decode()
    return 'utf-8'
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252'
    throw error
  }
}

/** What the first bytes say; `null` when they leave it open. */
function markOf(bytes: Uint8Array): Encoding | null {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  // A header is mostly ASCII, and in UTF-16 every other byte of ASCII is zero.
  const head = bytes.subarray(0, 64)
  const zeros = (parity: number) => head.filter((byte, at) => at % 2 === parity && byte === 0).length
  const half = Math.floor(head.length / 2)
  if (half >= 2 && zeros(1) > half * 0.8 && zeros(0) === 0) return 'utf-16le'
  if (half >= 2 && zeros(0) > half * 0.8 && zeros(1) === 0) return 'utf-16be'
  return null
}

/** The text of a file, a piece at a time, without its byte order mark. What is no text becomes U+FFFD. */
export async function* readText(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const bytes of piecesOf(path)) yield decoder.decode(bytes, { stream: true })
  yield decoder.decode()
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new ClosebackError('invalid', `The file ${path} cannot be read (${code}).`, {
      remedy: 'Check the path; it is relative to where the command was started.',
      cause: error,
    })
  }
}
