import { randomId } from './ids.ts'
import { STORED_AS } from './names.ts'
import { readParameters, writeParameters } from './parameters.ts'
import { join, type Visit } from './visits.ts'

/** What is known of a visitor. */
export interface Memory {
  id: string
  visits: Visit[]
}

const SECONDS = 90 * 86_400
/** Browsers take 4096 bytes with name and attributes. */
const COOKIE_BYTES = 3800

/** What an earlier page stored, in the cookie (which subdomains share), in local storage (which lasts), or both. */
export function load(): Memory {
  const one = read(readCookie(STORED_AS))
  const other = read(attempt(() => localStorage[STORED_AS]))
  return { id: one.id || other.id || randomId(), visits: join(one.visits, other.visits) }
}

/** Stores in both, so that either may be blocked or full. */
export function save({ id, visits }: Memory): void {
  let text = write({ id, visits })
  attempt(() => {
    localStorage[STORED_AS] = text
  })
  // The first visit and the latest ones count; those between give way.
  for (const left = [...visits]; text.length > COOKIE_BYTES; text = write({ id, visits: left }))
    left.splice(left.length > 2 ? 1 : 0, 1)
  writeCookie(text)
}

/** Leaves nothing. */
export function forget(): void {
  attempt(() => localStorage.removeItem(STORED_AS))
  writeCookie('')
}

/** Parts of a visit are parted by `|`, visits by `^`: none of them holds either, nor what cookies refuse. */
function write({ id, visits }: Memory): string {
  return [
    id,
    ...visits.map(({ at, page, from, ad }) => [at, page, from, writeParameters(ad)].join('|')),
  ].join('^')
}

/** Reads it back; what somebody else put there is cleaned as what comes in a URL. */
function read(text = ''): Memory {
  const [id = '', ...visits] = text.split('^')
  return {
    id: id.replace(/\W/g, ''),
    visits: visits.map((each) => {
      const [at = '', page = '', from = '', search = ''] = each.split('|')
      return { at: +at, page, from, ad: readParameters(search) }
    }),
  }
}

/** One of the page's cookies, empty for none. */
export function readCookie(name: string): string {
  return attempt(() => `; ${document.cookie}`.split(`; ${name}=`)[1]?.split(';')[0]) ?? ''
}

/** For the widest domain that the browser allows: it refuses public suffixes, so the first that sticks is the site's. */
function writeCookie(text: string): void {
  const { hostname, protocol } = location
  const end = `;path=/;samesite=lax;max-age=${text ? SECONDS : 0}${protocol > 'http:' ? ';secure' : ''}`
  const labels = hostname.split('.')
  for (let from = labels.length - 2; from > -2; from--) {
    const domain = from < 0 ? '' : `;domain=${labels.slice(from).join('.')}`
    attempt(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and answers too late
      document.cookie = `${STORED_AS}=${text}${end}${domain}`
    })
    if (text && readCookie(STORED_AS) === text) return
  }
}

/** Storage that is blocked throws where it is touched. */
function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
