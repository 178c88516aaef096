import { CLICK_IDS } from './names.ts'
import { type Parameters, readParameters, writeParameters } from './parameters.ts'

/** A visit that came from somewhere. */
export interface Visit {
  /** Epoch ms. */
  at: number
  page: string
  /** Empty for none. */
  from: string
  ad: Parameters
}

const HALF_HOUR = 1_800_000
const DAY = 86_400_000
const KEPT_DAYS = 90
const MOST = 10

/** The visit that this page load is. Inside the site it comes from nowhere. */
export function readVisit(referrer: string): Visit {
  const from = plainPage(referrer)
  return {
    at: Date.now(),
    page: plainPage(location.href),
    from: isInside(from.split('/')[2] ?? '') ? '' : from,
    ad: readParameters(location.search.slice(1)),
  }
}

/** Whether somebody sent the visitor: an ad, or another site. */
export function isSent({ ad, from }: Visit): boolean {
  return !!from || isAd(ad)
}

/** Whether any ad was named. */
export function isAd(ad: Parameters): boolean {
  return writeParameters(ad) !== ''
}

/** Origin and path, in characters that cookies take: parameters may be personal, and so may a path with an address in it. */
function plainPage(url: string): string {
  const [, origin = '', path = ''] = /^(https?:\/\/[\w.:-]+)([\w/.%~@-]*)/.exec(url) ?? []
  return origin && origin + (/@|%40/.test(path) ? '/' : path.slice(0, 200))
}

/** Whether a host is of this site: www.shop.example and blog.shop.example are one; but everybody has a name under co.uk. */
function isInside(host: string): boolean {
  const site = location.host.replace(/^[^.]+\.(?=[^.]+\.)(?!(com?|net|org|gov|ac)\.\w\w$)/, '')
  return `.${host}`.endsWith(`.${site}`)
}

/** Adds visits to those that are known: each once, oldest first, none too old, the first and the latest of too many. */
export function join(known: readonly Visit[], more: readonly Visit[]): Visit[] {
  const visits: Visit[] = []
  for (const each of [...known, ...more])
    if (Math.abs(daysSince(each.at)) < KEPT_DAYS && !visits.some((other) => isSame(other, each)))
      visits.push(each)
  visits.sort((a, b) => a.at - b.at)
  return visits.filter((_, at) => !at || at > visits.length - MOST)
}

/** The same click seen again (a reload, a bookmark) is no new one, and must not renew its time. */
function isSame(known: Visit, next: Visit): boolean {
  const id = CLICK_IDS.find((name) => next.ad[name])
  if (id) return known.ad[id] === next.ad[id]
  // Nobody sent this visitor: worth a visit only where there is none.
  if (!isSent(next)) return true
  return (
    next.at - known.at < HALF_HOUR &&
    known.from + writeParameters(known.ad) === next.from + writeParameters(next.ad)
  )
}

function daysSince(at: number): number {
  return (Date.now() - at) / DAY
}

/** The latest visit with this parameter, not older than that many days. */
export function latestWith(visits: readonly Visit[], name: string, days: number): Visit | undefined {
  return visits.filter(({ ad, at }) => ad[name] && daysSince(at) < days).pop()
}

/** The visit whose campaign counts: the latest that somebody sent, else the first. */
export function campaignVisit(visits: readonly Visit[]): Visit | undefined {
  return visits.filter(({ ad }) => isAd(ad)).pop() ?? [...visits].pop()
}
