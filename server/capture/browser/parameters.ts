import { CLICK_IDS, UTM } from './names.ts'

/** Click ids are opaque: a cut or repaired one would be another one. */
const CLICK_ID = /^[!#-%(-;=?-_a-~]{1,1000}$/
const LONGEST_TEXT = 200
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const UNFIT = /[\0-\x1f\x7f<>]/g
const MACRO = /^__?[A-Z_]+__?$/

const KNOWN = [...CLICK_IDS, ...UTM]

/** What a landing URL says of the ad, by the name of the parameter. Never more than the known names. */
export type Parameters = Record<string, string>

/** Reads a query string, without its `?`. Values are percent-decoded once; placeholders that were never filled in are left out. */
export function readParameters(search: string): Parameters {
  const found: Parameters = {}
  for (const part of search.split('&')) {
    const [, name = '', raw = ''] = /(\w+)=(.*)/.exec(part) ?? []
    const value = KNOWN.includes(name) && clean(raw, CLICK_IDS.includes(name))
    if (value && !found[name]) found[name] = value
  }
  return found
}

/** The same back, in characters that cookies take. Empty when no ad was named. */
export function writeParameters(ad: Parameters): string {
  return `${new URLSearchParams(ad)}`
}

function clean(raw: string, isId: boolean): string {
  let text = isId ? raw : raw.replace(/\+/g, ' ')
  try {
    text = decodeURIComponent(text)
  } catch {
    // Not percent-encoded: it is what it says.
  }
  if (!isId) text = text.replace(UNFIT, '').trim().slice(0, LONGEST_TEXT)
  return MACRO.test(text) || (isId ? !CLICK_ID.test(text) : /\S@\S+\.\S/.test(text)) ? '' : text
}
