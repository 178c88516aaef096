import { bad, good, type Result } from '../model/result.ts'
import { readDigest, sha256 } from './digest.ts'
import { loadLibrary } from './numbering.ts'

const LONGEST = 250
const MOST_DIGITS = 15

/**
 * The digest of a phone number: E.164 with its `+`, SHA-256. `defaultCountry` (ISO 3166-1 alpha-2) reads
 * numbers that carry no country code. Digests pass through. What is no possible number is a problem, not a
 * digest.
 */
export function hashPhone(text: string, defaultCountry: string | null): Result<string> {
  const digest = readDigest(text)
  if (digest !== null) return digest
  if (isPlainE164(text)) return good(sha256(text))
  const plain = readPlainNational(text, defaultCountry)
  if (plain !== null) return good(sha256(plain))
  const number = readPhone(text, defaultCountry)
  return number.ok ? good(sha256(number.value)) : number
}

/**
 * Whether `readPhone` would give this text back as it is, known without calling it (0.1 us instead of 10). It
 * says yes only where that is certain: `+` and digits, a length that is possible in every country of the
 * calling code, nothing in front that the library would strip, not an obvious invention. Everything else
 * takes the long way.
 */
export function isPlainE164(text: string): boolean {
  const length = text.length
  if (length < 8 || length > MOST_DIGITS + 1 || text.charCodeAt(0) !== 43) return false
  const { plans } = loadLibrary()
  let number = 0
  let plan: ReturnType<typeof plans.get>
  let codeEnd = 0
  for (let at = 1; at < length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return false
    if (codeEnd !== 0 || at > 3) continue
    number = number * 10 + digit
    if (number === 0) return false
    plan = plans.get(number)
    if (plan !== undefined) codeEnd = at + 1
  }
  if (plan === undefined || ((plan.lengths >> (length - codeEnd)) & 1) === 0) return false
  const national = text.slice(codeEnd)
  return !plan.prefix?.exec(national)?.[0] && !isInvented(national)
}

// Digits in groups, as people at home write them: (415) 555-0100. Other signs can mean an extension or a second number.
const GROUPED = /^\(?[1-9][\d ().-]{3,22}\d$/

/**
 * What `readPhone` would make of a number in its country's own writing, where that is certain (1 us instead of 15):
 * nothing in front that means home, abroad or the country itself, and the whole is a plain E.164. Else `null`.
 */
export function readPlainNational(text: string, defaultCountry: string | null): string | null {
  if (defaultCountry === null || !GROUPED.test(text)) return null
  const { isCountry, homeOf } = loadLibrary()
  if (!isCountry(defaultCountry)) return null
  const { code, abroad, prefix } = homeOf(defaultCountry)
  const digits = text.replace(/\D/g, '')
  if (digits.startsWith(code) || abroad.test(digits) || prefix?.exec(digits)?.[0]) return null
  const number = `+${code}${digits}`
  return isPlainE164(number) ? number : null
}

/**
 * Reads one phone number in any common writing as E.164. "Possible" (by length), not "valid" (by pattern),
 * decides: numbering plans grow faster than any copy of them, and a real customer in a new range must not be
 * lost.
 */
export function readPhone(text: string, defaultCountry: string | null): Result<string> {
  if (text.length > LONGEST) return bad(`is longer than ${LONGEST} characters`)
  const { parse, isCountry, homeOf } = loadLibrary()
  const home = defaultCountry?.toUpperCase() ?? ''
  const country = isCountry(home) ? home : undefined
  let written = plainDigits(text)
  if (!/\d/.test(written)) return bad('holds no digits')
  // 00 is how most of the world writes the +. Where callers dial something longer that begins alike
  // (Australia: 0011), the library knows it.
  if (/^\D*0\D?0/.test(written) && !(country && homeOf(country).abroad.test(written.replace(/\D/g, '')))) {
    written = `+${written.replace(/^\D*0\D*0\D*/, '')}`
  }
  const international = written.includes('+')
  if (!international && country === undefined) {
    return bad('has no country code, and no default country is set')
  }
  // Leading zeros may hide behind one another, and short numbers that work at home only are no E.164: what
  // counts is the number that reads as itself, or one number could have two digests.
  let phone = parse(written, international ? undefined : country)
  let before: string | undefined
  for (let turn = 0; turn < MOST_DIGITS && phone !== undefined && phone.number !== before; turn++) {
    before = phone.number
    phone = parse(before)
  }
  if (phone?.number !== before || !phone?.isPossible() || phone.number.length > MOST_DIGITS + 1) {
    return bad('is not a possible phone number')
  }
  if (isInvented(phone.nationalNumber)) return bad('is a placeholder')
  return good(phone.number)
}

/** One digit repeated, or a run from 0 or 1 such as 1234567890. */
function isInvented(national: string): boolean {
  const step = stepBefore(national, 1)
  if (step > 1 || (step === 1 && national.charCodeAt(0) > 49)) return false
  for (let at = 2; at < national.length; at++) if (stepBefore(national, at) !== step) return false
  return true
}

function stepBefore(digits: string, at: number): number {
  return (digits.charCodeAt(at) - digits.charCodeAt(at - 1) + 10) % 10
}

/** Any script's digits as ASCII, full-width signs as plain ones, nothing invisible. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\P{Nd}0-9]/gu, valueOfDigit)
    .trim()
}

/**
 * Unicode keeps each script's ten digits in a row, so a digit's value is the number of digits right before
 * it.
 */
function valueOfDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value++
  return String(value)
}
