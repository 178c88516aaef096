const LONGEST = 500
// Patterns look no further, so that a hostile megabyte costs no time.
const LOOKED_AT = 4 * LONGEST
// A secret shorter than this would blank ordinary words; TikTok's have 32 characters and more.
const SHORTEST_SECRET = 4

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [
    /\b(access[_-]?token|secret|app_secret|auth_code|refresh_token)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    '$1$2[secret]',
  ],
  [/\b(ttclid|ttp|_ttp)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, '$1$2[click]'],
  [/[^\s"'<>()[\]{},;:=@]{1,64}(?:@|%40)[^\s"'<>()[\]{},;:=]+/gi, '[email]'],
  // A digest stands for the person it was made from.
  [/\b[0-9a-f]{64}\b/gi, '[digest]'],
  // Only with the plus sign: bare digits are ids and times, which people need to read.
  [/(?:\+|%2B)\d[\d ().-]{5,}\d/gi, '[phone]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[ip]'],
  [/\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}\b/gi, '[ip]'],
]

/**
 * Text from outside made fit for a log, a ledger row or a page: without the given secrets, without what
 * looks like a credential, a click id, an e-mail, a phone number, a digest or an IP address; one line, at most 500 characters.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text
  for (const secret of secrets) {
    if (secret.length < SHORTEST_SECRET) continue
    clean = clean.replaceAll(secret, '[secret]').replaceAll(encodeURIComponent(secret), '[secret]')
  }
  clean = clean.slice(0, LOOKED_AT)
  for (const [pattern, instead] of PATTERNS) clean = clean.replace(pattern, instead)
  // Control characters could forge log lines or move a terminal's cursor.
  clean = clean
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .toWellFormed()
    .trim()
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1).toWellFormed()}…` : clean
}
