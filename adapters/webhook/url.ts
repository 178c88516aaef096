import { UNEXPANDED_MACRO } from '../../core/model/tiktok.ts'

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
  const url = URL.parse(text.trim())
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  const params = new Map<string, string>()
  let query = ''
  if (url.search !== '') {
    const kept = new URLSearchParams()
    for (const [name, value] of url.searchParams) {
      const lower = name.toLowerCase()
      const known = lower === 'ttclid' || lower.startsWith('utm_')
      const told = plain(value)
      if ((!known && !keep.includes(name)) || told === null) continue
      kept.append(name, told)
      if (!params.has(lower)) params.set(lower, told)
    }
    query = kept.size === 0 ? '' : `?${kept}`
  }
  const path = looksPersonal(url.pathname.replaceAll(/%40/g, '@')) ? '/' : url.pathname
  return { url: `${url.origin}${path}${query}`, params }
}
