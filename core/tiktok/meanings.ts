import type { Failure } from './answer.ts'

/**
 * - `accepted`  TikTok took every event
 * - `refused`   definitely not accepted, because of what was sent
 * - `parked`    definitely not accepted, and no event of this set will be until somebody acts
 * - `later`     definitely not accepted, the same request may work in a while
 * - `partial`   some of it may have been accepted (20001)
 * - `unknown`   it may have been accepted
 */
export type Outcome = 'accepted' | 'refused' | 'parked' | 'later' | 'partial' | 'unknown'

/** What a code or failure means for events, and what a person does about it: one imperative sentence, or empty. */
export interface Meaning {
  outcome: Outcome
  remedy: string
}

const ACCEPTED: Meaning = { outcome: 'accepted', remedy: '' }
const REFUSED: Meaning = {
  outcome: 'refused',
  remedy: 'Correct what the message names in the CRM or the rule, then requeue the event.',
}
const PARTIAL: Meaning = {
  outcome: 'partial',
  remedy: 'Look for the event in Events Manager, then resolve it as accepted or dropped.',
}
const WAIT: Meaning = { outcome: 'later', remedy: 'Wait: it is sent again by itself.' }
const BUSY: Meaning = {
  outcome: 'later',
  remedy: 'Wait: it is sent again by itself, more slowly; other senders may share the rate limit.',
}
const UNKNOWN: Meaning = {
  outcome: 'unknown',
  remedy: 'Wait: it is sent again with the same event id, so that TikTok counts it once.',
}
const RECONNECT: Meaning = {
  outcome: 'parked',
  remedy: 'Replace the access token of this connection, then resume it.',
}

// From the public sources of Airbyte's, Singer's and RudderStack's TikTok connectors; TikTok's own appendix (docs id
// 1737172488964097) opens only to partners. RudderStack reads 20001 as success; nothing public says which events it took.
const CODES: ReadonlyMap<number, Meaning> = new Map([
  [0, ACCEPTED],
  [20001, PARTIAL],
  [
    40001,
    {
      outcome: 'parked',
      remedy: 'Give the token’s user the Admin or Operator role and the measurement scope, then resume.',
    },
  ],
  [40100, BUSY],
  [40101, { outcome: 'parked', remedy: 'Correct TIKTOK_APP_ID and TIKTOK_APP_SECRET, then resume.' }],
  [40102, RECONNECT],
  [40103, RECONNECT],
  [40104, RECONNECT],
  [40105, RECONNECT],
  [40110, { outcome: 'parked', remedy: 'Authorize the connection at TikTok again, then resume it.' }],
  [40200, WAIT],
  [40201, WAIT],
  [40202, WAIT],
  [40700, WAIT],
  [
    41000,
    {
      outcome: 'parked',
      remedy: 'Send from a host in a country that TikTok serves, then resume the connection.',
    },
  ],
])

/** What TikTok's `code` means, whatever the HTTP status it came with. */
export function ofCode(code: number): Meaning {
  const known = CODES.get(code)
  if (known !== undefined) return known
  return code >= 40_000 && code < 42_000 ? REFUSED : UNKNOWN
}

const FAILURES: Partial<Record<Failure, Meaning>> = {
  token: {
    outcome: 'parked',
    remedy: 'Set the access token of this connection again, without spaces or line breaks in it.',
  },
  dns: { outcome: 'later', remedy: 'Check name resolution on this host and TIKTOK_API_URL.' },
  refused: { outcome: 'later', remedy: 'Check the network, the firewall and TIKTOK_API_URL.' },
  tls: {
    outcome: 'later',
    remedy: 'Check this host’s clock, its certificates, and proxies on the way to TikTok.',
  },
}

/** What a missing envelope means: nothing was sent, or nobody knows. */
export function ofFailure(failure: Failure): Meaning {
  return FAILURES[failure] ?? UNKNOWN
}
