import { bad, good, type Result } from '../model/result.ts'
import { readDigest, sha256 } from './digest.ts'
import { isPlaceholder, lowerCase, tidy } from './text.ts'

const ALREADY_NORMAL = /^[a-z0-9._%+-]+@(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z]{2,}$/
const LOCAL = /^[^\s@,;:<>()[\]"\\]+$/
const LABEL = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u
const TOP_LABEL = /^\p{L}.*[\p{L}\p{M}]$|^xn--/u
const LONGEST = 320

/**
 * The digest of an e-mail address: tidy (NFC, nothing invisible), lower-case, SHA-256, as TikTok documents
 * it. Gmail dots and +tags stay, and an international domain stays in the script it was written in: TikTok
 * documents no folding, and a Pixel on the page would not fold either. Digests pass through. What is no
 * address is a problem, not a digest.
 */
export function hashEmail(text: string): Result<string> {
  const digest = readDigest(text)
  if (digest !== null) return digest
  const address = normalEmail(text)
  return address.ok ? good(sha256(address.value)) : address
}

function normalEmail(text: string): Result<string> {
  if (text.length > LONGEST) return bad(`is longer than ${LONGEST} characters`)
  // Most CRMs store addresses in this form already; this saves half a microsecond.
  if (ALREADY_NORMAL.test(text))
    return namesNobody(text, text.indexOf('@')) ? bad('is a placeholder') : good(text)
  const address = lowerCase(tidy(text))
  if (isPlaceholder(address)) return bad('is a placeholder')
  const at = address.indexOf('@')
  if (at < 0) return bad('has no @')
  if (address.includes('@', at + 1)) return bad('has more than one @')
  const labels = address.slice(at + 1).split('.')
  const top = labels.at(-1) ?? ''
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)) || !TOP_LABEL.test(top)) {
    return bad('has no domain with a dot after the @')
  }
  if (!LOCAL.test(address.slice(0, at))) return bad('is not one plain address')
  return namesNobody(address, at) ? bad('is a placeholder') : good(address)
}

/** none@none.com, test@test.de */
function namesNobody(address: string, at: number): boolean {
  const local = address.slice(0, at)
  return address.startsWith(local, at + 1) && address[at + 1 + at] === '.' && isPlaceholder(local)
}
