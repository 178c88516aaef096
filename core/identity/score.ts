import type { HashedIdentity } from './identity.ts'

/** Something TikTok can find a person by. */
export type MatchKey = 'ttclid' | 'ttp' | 'lead_id' | 'email' | 'phone' | 'external_id' | 'ip_user_agent'

/** What one conversion brings to be matched by. */
interface MatchParts {
  ttclid: string | null
  ttp: string | null
  leadId: string | null
  identity: HashedIdentity | null
}

/**
 * The keys that count on a route, by TikTok's event reference: offline matches on e-mail and phone only;
 * click id, ttp and browser belong to web; the lead id to crm; the external id to both of these. Browsers are
 * shared, so an IP address counts only together with its user agent. Strongest first.
 */
export function matchKeys(route: 'web' | 'offline' | 'crm', parts: MatchParts): MatchKey[] {
  const { identity } = parts
  const keys: MatchKey[] = []
  if (route === 'crm' && parts.leadId) keys.push('lead_id')
  if (route === 'web' && parts.ttclid) keys.push('ttclid')
  if (identity && identity.email.length > 0) keys.push('email')
  if (identity && identity.phone.length > 0) keys.push('phone')
  if (route === 'web' && parts.ttp) keys.push('ttp')
  if (route !== 'offline' && identity && identity.externalId.length > 0) keys.push('external_id')
  if (route === 'web' && identity?.ip && identity.userAgent) keys.push('ip_user_agent')
  return keys
}

/**
 * How likely a conversion with these keys is to be matched, 0 to 100: our own rule of thumb, for comparing
 * conversions with one another; TikTok publishes no such number. Each key is the share of people it finds
 * alone, and the keys miss independently of one another: a click id or a lead id is nearly certain, an
 * address on its own a guess.
 */
export function matchScore(keys: readonly MatchKey[]): number {
  let missed = 1
  for (const key of new Set(keys)) missed *= 1 - FOUND_ALONE[key]
  return Math.round((1 - missed) * 100)
}

const FOUND_ALONE: Record<MatchKey, number> = {
  ttclid: 0.95,
  lead_id: 0.95,
  email: 0.6,
  phone: 0.55,
  ttp: 0.5,
  external_id: 0.3,
  ip_user_agent: 0.15,
}
