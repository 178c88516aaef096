import { bad, good, type Result } from '../model/result.ts'
import { readDigest, sha256 } from './digest.ts'
import { isNoName, lowerCase, tidy } from './text.ts'

const LONGEST = 200

/**
 * The digest of a first or last name: tidy, lower-case, punctuation removed, SHA-256. Digests pass through.
 */
export function hashName(text: string): Result<string> {
  const digest = readDigest(text)
  if (digest !== null) return digest
  if (text.length > LONGEST) return bad(`is longer than ${LONGEST} characters`)
  const name = lowerCase(tidy(text))
  if (isNoName(name)) return bad('is a placeholder')
  const bare = name.replace(/\p{P}/gu, '').trim()
  return /[\p{L}\p{N}]/u.test(bare) ? good(sha256(bare)) : bad('holds no letters')
}
