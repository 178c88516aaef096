import { hash } from 'node:crypto'
import { bad, good, type Result } from '../model/result.ts'

const HEX_64 = /^[A-Fa-f0-9]{64}$/
// SHA-256 of the empty string: what senders that hash before looking give to everybody without a value.
const OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** SHA-256 of the UTF-8 text as 64 lower-case hex digits. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}

/** Takes over a digest that the sender made; null when the text is not one. TikTok wants lower-case hex. */
export function readDigest(text: string): Result<string> | null {
  if (text.length < 64) return null
  const trimmed = text.trim()
  if (!HEX_64.test(trimmed)) return null
  const digest = trimmed.toLowerCase()
  return digest === OF_NOTHING ? bad('is the digest of an empty text') : good(digest)
}
