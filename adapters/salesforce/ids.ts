const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/

/**
 * An id in its 18-character form, `null` when it is none. The first 15 characters are the id and are case-sensitive; the
 * three at the end say which of them are capitals (five a character), so that two ids never differ in case alone. They
 * are made anew: both forms of an id are one key.
 */
export function id18(text: string): string | null {
  if (!ID.test(text)) return null
  const id = text.slice(0, 15)
  let suffix = ''
  for (let group = 0; group < 15; group += 5) {
    let bits = 0
    for (let at = 0; at < 5; at++) if (/[A-Z]/.test(id.charAt(group + at))) bits |= 1 << at
    suffix += ALPHABET.charAt(bits)
  }
  return id + suffix
}
