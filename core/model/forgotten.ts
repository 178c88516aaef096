import type { JsonValue } from './json.ts'
import type { Known } from './known.ts'
import type { Facts, Touchpoint } from './record.ts'

/** What stays known of a deal whose person was forgotten; everything else might lead back to them. */
const KEPT = new Set([
  'stage',
  'amount',
  'orderId',
  'contents',
  'utm',
  'consent',
  'limitedDataUse',
  'presence',
])

/** Names under which clicks, visits and free fields stand in what adapters store: those of `Facts`. */
const CLICKS = new Set([
  'ttclid',
  'ttp',
  'clickedAt',
  'click',
  'leadId',
  'pageUrl',
  'referrer',
  'fields',
  'touchpoints',
])

/** The mark that a deal was about somebody who asked to be forgotten: nothing of it is ever sent again. */
const ERASED = 'erased'

/** Keeps stage, amount and order; drops identifiers, clicks, pages and fields; marks the deal. */
export function forgetPerson(known: Known, at: number): Known {
  const kept = Object.entries(known).filter(([name]) => KEPT.has(name) || name === ERASED)
  return { [ERASED]: [true, at, ''], ...Object.fromEntries(kept) }
}

/** Whether this deal was about somebody who asked to be forgotten. */
export function isErased(known: Known): boolean {
  return known[ERASED] !== undefined
}

/** The facts of a later message about such a deal, as far as they may be kept. */
export function factsWithoutPerson(facts: Facts): Facts {
  return {
    ...facts,
    ttclid: null,
    ttp: null,
    clickedAt: null,
    pageUrl: null,
    referrer: null,
    leadId: null,
    fields: null,
  }
}

/** A stored content without clicks, however deep they stand. */
export function withoutClicks(content: JsonValue): JsonValue {
  if (Array.isArray(content)) return content.map(withoutClicks)
  if (typeof content !== 'object' || content === null) return content
  const kept = Object.entries(content).filter(([name]) => !CLICKS.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutClicks(value)]))
}

/** That somebody came, when, and by which campaign; not who. */
export function touchWithoutPerson(touchpoint: Touchpoint): Touchpoint {
  return { ...touchpoint, ttclid: null, ttp: null, pageUrl: null, referrer: null }
}
