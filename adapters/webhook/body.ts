import { isUtf8 } from 'node:buffer'
import type { InboundRequest } from '../../core/adapter.ts'
import { ClosebackError, type Issue } from '../../core/model/errors.ts'
import type { JsonValue } from '../../core/model/json.ts'

/** A signed body is verified whole before anything is kept. */
const MAX_BODY_BYTES = 10_000_000
const MAX_ARRAY_ITEMS = 1000
// The smallest valid line has 80 bytes, so only bodies of junk have more.
const MAX_LINES = 125_000
const MAX_LINE_LENGTH = 1_000_000
/** Far above any item (5 levels in an array), far below what costs memory: JSON.parse of 10 MB of "[" takes 0.9 GB. */
const MAX_DEPTH = 64
// Below this even nothing but brackets is harmless, and the scan (1 ns a byte) would cost as much as validating.
const DEPTH_UNCHECKED_BYTES = 2_000_000

/** One item of a body, or the line that is none. */
export type BodyItem = { ok: true; value: JsonValue } | { ok: false; issue: Issue }

/** The items of a verified body in their order. Throws ClosebackError for a body that cannot be read at all. */
export function readBody(request: InboundRequest): Iterable<BodyItem> {
  const kind = kindOf(request.headers)
  const body = decode(request.body)
  if (kind === 'lines') return readLines(body)
  checkDepth(request.body)
  return readDocument(body)
}

/** Refuses what is too long before a byte of it is hashed. */
export function checkSize(body: Buffer): void {
  if (body.length > MAX_BODY_BYTES)
    throw new ClosebackError('too_large', 'The body is larger than 10 MB.', {
      remedy: 'Split it into several requests.',
    })
}

function kindOf(headers: Record<string, string>): 'document' | 'lines' {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (encoding !== '' && encoding !== 'identity')
    throw new ClosebackError('unsupported', 'Compressed bodies are not taken.', {
      remedy: 'Send the body without content-encoding.',
    })
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(one)?.[1]).find(Boolean)
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new ClosebackError('unsupported', 'The charset of the content-type is not UTF-8.', {
      remedy: 'Send the body in UTF-8.',
    })
  if (type.trim() === 'application/json') return 'document'
  if (type.trim() === 'application/x-ndjson') return 'lines'
  throw new ClosebackError(
    'unsupported',
    type.trim() === '' ? 'The content-type is missing.' : 'The content-type is not one this source takes.',
    { remedy: 'Send application/json (an object or an array) or application/x-ndjson (one object a line).' },
  )
}

function decode(body: Buffer): string {
  if (!isUtf8(body)) throw unreadable('The body is not valid UTF-8.', 'Send the body in UTF-8.')
  const text = body.toString('utf8')
  const unmarked = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  if (!/\S/.test(unmarked))
    throw unreadable('The body is empty.', 'Send one JSON object, an array of them, or one a line.')
  return unmarked
}

function readDocument(body: string): BodyItem[] {
  const read = parse(body)
  if (!read.ok) throw unreadable(`The body is not JSON${read.where}.`, 'Send valid JSON.')
  const { value } = read
  if (typeof value !== 'object' || value === null)
    throw unreadable(
      'The body is JSON, but neither an object nor an array.',
      'Send an item or a list of items.',
    )
  if (!Array.isArray(value)) return [{ ok: true, value }]
  if (value.length > MAX_ARRAY_ITEMS)
    throw new ClosebackError('too_large', `The array has more than ${MAX_ARRAY_ITEMS} items.`, {
      remedy: 'Split it, or send application/x-ndjson.',
    })
  return value.map((item) => ({ ok: true, value: item }))
}

function* readLines(body: string): Generator<BodyItem> {
  let line = 0
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf('\n', start)
    const end = newline < 0 ? body.length : newline
    const text = body.slice(start, end)
    start = end + 1
    if (++line > MAX_LINES)
      throw new ClosebackError('too_large', `The body has more than ${MAX_LINES} lines.`, {
        remedy: 'Split it into several requests.',
      })
    if (text.trim() !== '') yield readLine(text, line)
  }
}

function readLine(text: string, line: number): BodyItem {
  if (text.length > MAX_LINE_LENGTH)
    return { ok: false, issue: { path: '', message: `line ${line} is longer than 1 MB` } }
  const read = parse(text)
  if (read.ok) return read
  const issue = {
    path: '',
    message: `line ${line} is not JSON`,
    remedy: 'Send one whole JSON object a line, without line breaks inside it.',
  }
  return { ok: false, issue }
}

function parse(text: string): { ok: true; value: JsonValue } | { ok: false; where: string } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    // The engine's message quotes the text around the problem, which may be personal data: only its place is repeated.
    const position = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined
    return { ok: false, where: position === undefined ? '' : ` at character ${Number(position) + 1}` }
  }
}

/** Counts brackets outside strings, without building anything. */
function checkDepth(body: Buffer): void {
  if (body.length <= DEPTH_UNCHECKED_BYTES) return
  let depth = 0
  let quoted = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (quoted) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) quoted = false
    } else if (byte === 0x22) quoted = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH)
        throw unreadable(`The body is nested deeper than ${MAX_DEPTH} levels.`, 'Send flat items.')
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
}

function unreadable(message: string, remedy: string): ClosebackError {
  return new ClosebackError('invalid', message, { remedy })
}
