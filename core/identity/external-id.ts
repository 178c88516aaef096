import { bad, good, type Result } from '../model/result.ts'
import { readDigest, sha256 } from './digest.ts'
import { isPlaceholder } from './text.ts'

/**
 * Sources disagree on the case of an external id before hashing; it must be the same as in the Pixel on the
 * page.
 */
export type ExternalIdCase = 'exact' | 'lower'

const LONGEST = 1024

/**
 * The digest of the sender's own id for a person: trimmed, otherwise as given (TikTok's own tag template does
 * not lower-case it, some vendors do: `lower`), SHA-256. Digests pass through.
 */
export function hashExternalId(text: string, letterCase: ExternalIdCase): Result<string> {
  const digest = readDigest(text)
  if (digest !== null) return digest
  if (text.length > LONGEST) return bad(`is longer than ${LONGEST} characters`)
  const id = text.trim()
  if (isPlaceholder(id.toLowerCase())) return bad('is a placeholder')
  return good(sha256(letterCase === 'lower' ? id.toLowerCase() : id))
}
