// Format characters: zero-width spaces and joiners, byte order marks, soft hyphens, direction marks. Copied
// along from web pages and contact apps, invisible to whoever checks the value.
const INVISIBLE = /\p{Cf}/gu
const ASCII = /^[\x20-\x7e]*$/

/** Composed (NFC), without invisible characters, without spaces around it. */
export function tidy(text: string): string {
  return ASCII.test(text) ? text.trim() : text.replace(INVISIBLE, '').normalize('NFC').trim()
}

/**
 * Lower case that never depends on the host's locale: I is always i. The Turkish capital I with a dot, and
 * the i with a combining dot that other systems make of it, become a plain i, which is what its owner typed
 * in small letters.
 */
export function lowerCase(text: string): string {
  const lower = text.toLowerCase()
  return lower.includes('\u0307') ? lower.replaceAll('i\u0307', 'i') : lower
}

const PLACEHOLDERS = new Set([
  ...[
    '-',
    '--',
    '.',
    '?',
    '0',
    'n/a',
    'n.a.',
    'n\\a',
    'na',
    '#n/a',
    'nil',
    'nan',
    'none',
    'null',
    '(null)',
    '[null]',
  ],
  ...[
    'undefined',
    'unknown',
    'anonymous',
    'test',
    'no',
    'empty',
    'tbd',
    'xxx',
    'asdf',
    'noemail',
    'no-email',
    'email',
  ],
])

/** Whether somebody filled a required field with a word that means "nothing". Takes tidy, lower-case text. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDERS.has(text)
}

// Personal names can be Na, No, Null, Test or Nan; only what cannot be one is left out.
const NO_NAME = new Set([
  'n/a',
  'n.a.',
  '#n/a',
  'none',
  '(null)',
  '[null]',
  'undefined',
  'unknown',
  'anonymous',
])

/** The same for names and places. */
export function isNoName(text: string): boolean {
  return NO_NAME.has(text)
}
