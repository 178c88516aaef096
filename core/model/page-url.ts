import { UNEXPANDED_MACRO } from './tiktok.ts'

const EMAIL_LIKE = /[^\s@/]+@[^\s@/]+\.[^\s@/]+/

/** Whether a text reads like an e-mail address: such values are left out of everything that is kept unhashed. */
export function looksPersonal(text: string): boolean {
  return text.includes('@') && EMAIL_LIKE.test(text)
}

/** A text of the sender: trimmed, `null` when nothing is left, when it is a placeholder nobody filled in, or personal. */
export function plain(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' || UNEXPANDED_MACRO.test(trimmed) || looksPersonal(trimmed) ? null : trimmed
}

/** A page address as it may be kept, and the parameters that were kept, names in small letters. */
export interface Page {
  url: string
  params: Map<string, string>
}

/**
 * Strips a page URL to origin, path, ttclid, utm_* and the parameters in `keep`: no user, no fragment. `null` when it is
 * not an http(s) URL. Values (and paths) that read like an e-mail address are dropped.
 */
export function stripPage(text: string, keep: readonly string[]): Page | null {
  const parts = PLAIN_PAGE.exec(text)
  return parts === null ? stripParsed(text, keep) : stripPlain(parts[1] ?? '', parts[2] ?? '', keep)
}

/**
 * Pages in which the URL parser would change nothing, and no parameter needs decoding: a host in small letters, a path of
 * plain names, parameters of plain characters. Reading the others takes four times as long; a property test holds both
 * ways equal.
 */
const PLAIN_PAGE =
  /^(https:\/\/(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.)+[a-z]{2,}\/[A-Za-z0-9_/-]*)(?:\?((?:[A-Za-z0-9_-]+=[A-Za-z0-9_.-]*(?:&|$))*))?$/

function stripPlain(url: string, search: string, keep: readonly string[]): Page {
  const params = new Map<string, string>()
  let query = ''
  for (let at = 0; at < search.length; ) {
    const equals = search.indexOf('=', at)
    const ampersand = search.indexOf('&', equals)
    const end = ampersand < 0 ? search.length : ampersand
    const name = search.slice(at, equals)
    const told = keptValue(name, search.slice(equals + 1, end), keep, params)
    if (told !== null) query += `${query === '' ? '?' : '&'}${name}=${told}`
    at = end + 1
  }
  return { url: url + query, params }
}

/** The value of a parameter that is kept, noted in `params`; else `null`. */
function keptValue(
  name: string,
  value: string,
  keep: readonly string[],
  params: Map<string, string>,
): string | null {
  const lower = name.toLowerCase()
  const told = plain(value)
  if (told === null || !(lower === 'ttclid' || lower.startsWith('utm_') || keep.includes(name))) return null
  if (!params.has(lower)) params.set(lower, told)
  return told
}

/** The same for any text. Exported for the test that compares both. */
export function stripParsed(text: string, keep: readonly string[]): Page | null {
  const url = URL.parse(text.trim())
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  const params = new Map<string, string>()
  let query = ''
  if (url.search !== '') {
    const kept = new URLSearchParams()
    for (const [name, value] of url.searchParams) {
      const told = keptValue(name, value, keep, params)
      if (told !== null) kept.append(name, told)
    }
    query = kept.size === 0 ? '' : `?${kept}`
  }
  const path = looksPersonal(url.pathname.replaceAll(/%40/g, '@')) ? '/' : url.pathname
  return { url: `${url.origin}${path}${query}`, params }
}
