import type { JsonValue } from '../../../core/model/json.ts'
import { escapeStep } from './pointer.ts'

const EMAIL = /[^\s@<>"]+@([^\s@<>"/]+\.[A-Za-z]{2,})/
// Names that belong to nobody (RFC 2606 and RFC 6761).
const MADE_UP = /(?:^|\.)(?:example\.(?:com|net|org)|example|test|invalid)$/i

const MAX_DEPTH = 64

/** The first place of a sample with an e-mail address of a real domain: settings are kept and exported as they are. */
export function personalPlace(value: JsonValue | undefined, place = '', depth = 0): string | null {
  if (typeof value === 'string') {
    const domain = EMAIL.exec(value)?.[1]
    return domain === undefined || MADE_UP.test(domain) ? null : place
  }
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null
  for (const [name, inner] of Object.entries(value)) {
    const found = personalPlace(inner, `${place}/${escapeStep(name)}`, depth + 1)
    if (found !== null) return found
  }
  return null
}
