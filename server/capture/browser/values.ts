import type { Touch } from './captured.ts'
import { CLICK_IDS, JOURNEY_FIELD, UTM, VISITOR_FIELD } from './names.ts'
import { writeParameters } from './parameters.ts'
import type { Memory } from './store.ts'
import { campaignVisit, isAd, latestWith, type Visit } from './visits.ts'

/** Visits as a webhook's `touches` takes them. */
export function journey(visits: readonly Visit[]): Touch[] {
  return visits.map(({ at, ad, page, from }) => ({
    at: iso(at),
    pageUrl: isAd(ad) ? `${page}?${writeParameters(ad)}` : page,
    // Left out of JSON where there is none.
    referrer: from || undefined,
  }))
}

/** Everything that fields may carry, by name. Empty texts stand for what is not known. */
export function valuesOf({ id, visits }: Memory, clickDays: number): Map<string, string> {
  const values = new Map([
    [VISITOR_FIELD, id],
    [JOURNEY_FIELD, visits[0] ? JSON.stringify(journey(visits)) : ''],
  ])
  for (const name of CLICK_IDS)
    values.set(name.toLowerCase(), latestWith(visits, name, clickDays)?.ad[name] ?? '')
  values.set('clicked_at', iso(latestWith(visits, 'ttclid', clickDays)?.at))
  const tell = (prefix: string, visit?: Visit) => {
    for (const name of UTM) values.set(prefix + name, visit?.ad[name] ?? '')
    values.set(`${prefix}landing_page`, visit?.page ?? '').set(`${prefix}referrer`, visit?.from ?? '')
    values.set(`${prefix}touch_at`, iso(visit?.at))
  }
  tell('', campaignVisit(visits))
  tell('first_', visits[0])
  return values
}

function iso(at?: number): string {
  return at ? new Date(at).toISOString() : ''
}
