import { hash } from 'node:crypto'
import type { RecordRef } from '../model/record.ts'

// RFC 4648 base32, two letters for every ten bits.
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const PAIRS: string[] = []
for (const high of ALPHABET) for (const low of ALPHABET) PAIRS.push(high + low)

// What would let two records share one text: the separator, the escape itself, and lone surrogates, which all
// become U+FFFD as UTF-8. `%u` cannot be produced by a part that was escaped: its `%` is `%25`.
const AMBIGUOUS = /[|%]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * The id under which TikTok and the ledger know a conversion: base32 (RFC 4648, lower-case, no padding, 52 letters)
 * of SHA-256 over `source.uid|record type|record id|milestone`, followed by `|occurrence` unless that is empty.
 * `|` and `%` inside a part are percent-encoded, so that two records never share an id.
 */
export function eventIdOf(sourceUid: string, record: RecordRef, milestone: string, occurrence = ''): string {
  const head = `${part(sourceUid)}|${part(record.type)}|${part(record.id)}|${part(milestone)}`
  return base32(hash('sha256', occurrence === '' ? head : `${head}|${part(occurrence)}`, 'binary'))
}

function part(text: string): string {
  return text.includes('|') || text.includes('%') || !text.isWellFormed()
    ? text.replace(AMBIGUOUS, encode)
    : text
}

function encode(letter: string): string {
  if (letter === '|') return '%7C'
  if (letter === '%') return '%25'
  return `%u${letter.charCodeAt(0).toString(16)}`
}

/** 32 bytes as binary text (it needs no Buffer) to 52 letters; the last pair carries four zero bits. */
function base32(bytes: string): string {
  let text = ''
  for (let at = 0; at < 30; at += 5) {
    const a = bytes.charCodeAt(at + 1)
    const b = bytes.charCodeAt(at + 2)
    const c = bytes.charCodeAt(at + 3)
    text +=
      pair((bytes.charCodeAt(at) << 2) | (a >> 6)) +
      pair(((a & 63) << 4) | (b >> 4)) +
      pair(((b & 15) << 6) | (c >> 2)) +
      pair(((c & 3) << 8) | bytes.charCodeAt(at + 4))
  }
  const last = bytes.charCodeAt(31)
  return text + pair((bytes.charCodeAt(30) << 2) | (last >> 6)) + pair((last & 63) << 4)
}

function pair(tenBits: number): string {
  return PAIRS[tenBits] ?? ''
}
