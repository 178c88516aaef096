import { isIP } from 'node:net'
import { bad, good, type Result } from '../model/result.ts'

const LONGEST_AGENT = 1024
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
const COMMON_LOCALE = /^[a-z]{2}(?:-[A-Z]{2})?$/

/** The visitor's address, IPv4 or IPv6 in lower case; an IPv4 address in IPv6 form is written as IPv4. */
export function plainIp(text: string): Result<string> {
  const ip = text.trim().toLowerCase()
  if (isIP(ip) === 0 || ip.includes('%')) return bad('is not an IP address')
  const inner = ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip
  return good(isIP(inner) === 4 ? inner : ip)
}

/** The visitor's browser as it named itself. A cut one would match nobody, so a longer one is left out. */
export function plainUserAgent(text: string): Result<string> {
  const agent = text.trim()
  if (agent.length > LONGEST_AGENT) return bad(`is longer than ${LONGEST_AGENT} characters`)
  if (!PRINTABLE_ASCII.test(agent) && /\p{Cc}/u.test(agent)) return bad('holds control characters')
  return good(agent)
}

/** The visitor's language as BCP-47 in its canonical form: `en_us` becomes `en-US`. */
export function plainLocale(text: string): Result<string> {
  if (COMMON_LOCALE.test(text)) return good(text)
  try {
    const tag = Intl.getCanonicalLocales(text.trim().replaceAll('_', '-'))[0]
    if (tag !== undefined) return good(tag)
  } catch {
    // RangeError: not a language tag
  }
  return bad('is not a BCP-47 language tag')
}
