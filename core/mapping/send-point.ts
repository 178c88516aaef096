import type { Route } from '../model/delivery.ts'
import type { Facts } from '../model/record.ts'
import { UNEXPANDED_MACRO } from '../model/tiktok.ts'
import type { Connection } from '../model/workspace.ts'
import { isStandardEvent } from './catalogue.ts'

type EventSets = Connection['eventSets']

/** The route of one conversion, and what stands in its way there: one sentence with its remedy. */
export type SendPoint =
  | { route: Route; eventSourceId: string; obstacle: null }
  | { route: Route | null; obstacle: string }

/**
 * Where an event of a record goes at one connection: the route its first conversion fixed there, else `crm` for a
 * TikTok lead when there is a CRM set, else `web`, else `offline`.
 */
export function sendPointOf(
  connection: Connection,
  fixed: Route | undefined,
  event: string,
  facts: Facts,
): SendPoint {
  const sets = connection.eventSets
  const route = fixed ?? (facts.leadId && sets.crm ? 'crm' : sets.web ? 'web' : 'offline')
  const eventSourceId = sets[route]
  if (!eventSourceId) return { route: null, obstacle: whyNoSet(connection, fixed) }
  const obstacle = obstacleOn(route, connection, event, facts)
  return obstacle === null ? { route, eventSourceId, obstacle } : { route, obstacle }
}

function whyNoSet({ id }: Connection, fixed: Route | undefined): string {
  return fixed === undefined
    ? `connection "${id}" has only a CRM event set and the record has no TikTok lead id: add a web or offline event set`
    : `the record's conversions go to the ${fixed} event set, which connection "${id}" no longer has: add eventSets.${fixed} again`
}

function obstacleOn(route: Route, connection: Connection, event: string, facts: Facts): string | null {
  const where = `connection "${connection.id}"`
  if (route === 'offline' && !isStandardEvent(event))
    return `offline event sets take standard events alone and "${event}" is a custom one: use a standard event or add a web event set to ${where}`
  if (route === 'crm' && !facts.leadId)
    return `the record's conversions go to the CRM event set of ${where}, which needs a TikTok lead id, and the record has none`
  if (route === 'web' && !pageUrlOf(connection.eventSets, facts))
    return `a web event needs a page URL and the record has none: set eventSets.defaultPageUrl of ${where}`
  return null
}

/** The page a web event names: the record's, else the connection's default. */
export function pageUrlOf(sets: EventSets, facts: Facts): string | null {
  return facts.pageUrl || sets.defaultPageUrl || null
}

/** A click id that was really filled in: ad URLs whose macro nobody expanded carry its name instead. */
export function clickIdOf({ ttclid }: Facts): string | null {
  if (!ttclid || (ttclid.startsWith('_') && UNEXPANDED_MACRO.test(ttclid))) return null
  return ttclid
}

/** Whether anything says that this record came from TikTok. */
export function cameFromTikTok(facts: Facts): boolean {
  return Boolean(
    clickIdOf(facts) || facts.ttp || facts.leadId || facts.utm?.source?.toLowerCase() === 'tiktok',
  )
}
