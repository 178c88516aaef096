import { sha256 } from '../identity/digest.ts'
import { addTouchpoints, type DealRow } from '../ledger/deals.ts'
import type { Db, Ledger } from '../ledger/ledger.ts'
import { dealsSeenWith, hashesOf, indexIdentities, suppressedAmong } from '../ledger/suppressions.ts'
import {
  addVisitor,
  addVisits,
  forgetOldVisits,
  forgetVisitors,
  hashesBy,
  type Visit,
  visitorsBy,
  visitsOf,
} from '../ledger/visits.ts'
import { isErased } from '../model/forgotten.ts'
import { canonicalJson, type JsonValue } from '../model/json.ts'
import { identityOf } from '../model/known.ts'
import { stripPage } from '../model/page-url.ts'
import { type Touchpoint, VISITOR_FIELD } from '../model/record.ts'
import { DAY } from '../model/time.ts'
import { contentDigest } from './content-digest.ts'

/** As long as the browser keeps them. */
export const VISIT_DAYS = 90
/** The field of a deal that holds the visitor's number, from the hidden field of this name. */
const VISITOR_FACT = `field:${VISITOR_FIELD}`

/** What a browser told of its visitor. */
export interface Told {
  /** A random number that the browser keeps. */
  visitor: string
  touches: readonly { at: number; pageUrl: string; referrer: string | null }[]
  /** SHA-256 of the address in a form that was sent. */
  email: string | null
}

/** Keeps visits for the deal they may lead to, and gives them to the deals they led to already. */
export async function collect(ledger: Ledger, { visitor, touches, email }: Told): Promise<void> {
  const now = ledger.now()
  await ledger.transaction(async (tx) => {
    await forgetOldVisits(tx, now - VISIT_DAYS * DAY)
    if (email !== null) await addVisitor(tx, email, visitor, now)
    const hashes = await hashesBy(tx, visitor)
    if ((await suppressedAmong(tx, hashes)).size > 0) return forgetVisitors(tx, hashes)
    await addVisits(
      tx,
      touches.flatMap((touch) => visitOf(visitor, touch)),
    )
    const deals = await dealsSeenWith(tx, [numberDigest(visitor), ...hashes])
    await give(
      tx,
      deals.filter(
        (deal) => visitorOf(deal) === visitor || addressesOf(deal).some((hash) => hashes.includes(hash)),
      ),
      () => [visitor],
    )
  })
}

/** Gives deals the visits of whoever sent their forms: by the visitor's number in a field, or by the digest of an address. */
export async function linkVisits(tx: Db, deals: readonly DealRow[]): Promise<void> {
  const numbered = deals.flatMap((deal) => {
    const visitor = isErased(deal.known) ? null : visitorOf(deal)
    return visitor === null ? [] : [{ hash: numberDigest(visitor), dealId: deal.id }]
  })
  await indexIdentities(tx, numbered)
  const known = await visitorsBy(tx, deals.flatMap(addressesOf))
  await give(tx, deals, (deal) => {
    const addresses = addressesOf(deal)
    const own = visitorOf(deal)
    const others = known.filter(({ hash }) => addresses.includes(hash)).map(({ visitor }) => visitor)
    return own === null ? others : [own, ...others]
  })
}

async function give(
  tx: Db,
  deals: readonly DealRow[],
  visitorsOf: (deal: DealRow) => string[],
): Promise<void> {
  const wanted = deals
    .filter((deal) => !isErased(deal.known))
    .map((deal) => ({ deal, visitors: visitorsOf(deal) }))
  const visits = await visitsOf(
    tx,
    wanted.flatMap(({ visitors }) => visitors),
  )
  await addTouchpoints(
    tx,
    wanted.flatMap(({ deal, visitors }) =>
      visits
        .filter(({ visitor }) => visitors.includes(visitor))
        .map(({ digest, touchpoint }) => ({ dealId: deal.id, digest, touchpoint })),
    ),
  )
}

/** No visit for a page that is none. */
function visitOf(visitor: string, { at, pageUrl, referrer }: Told['touches'][number]): Visit[] {
  const page = stripPage(pageUrl, [])
  if (page === null) return []
  const utm = (part: string) => page.params.get(`utm_${part}`) ?? null
  const ttclid = page.params.get('ttclid') ?? null
  const parts = {
    source: utm('source'),
    medium: utm('medium'),
    campaign: utm('campaign'),
    content: utm('content'),
    term: utm('term'),
    id: utm('id'),
  }
  const touchpoint: Touchpoint = {
    at,
    kind: ttclid === null ? 'visit' : 'click',
    ttclid,
    ttp: null,
    utm: Object.values(parts).some((part) => part !== null) ? parts : null,
    pageUrl: page.url,
    referrer: referrer === null ? null : (stripPage(referrer, [])?.url ?? null),
  }
  const digest = contentDigest(canonicalJson(touchpoint as unknown as JsonValue))
  return [{ visitor, digest, touchpoint }]
}

function visitorOf({ known }: DealRow): string | null {
  const [value = null] = known[VISITOR_FACT] ?? []
  return typeof value === 'string' ? value : null
}

function addressesOf({ known }: DealRow): string[] {
  return hashesOf(identityOf(known))
}

/** Under this a visitor's number stands in the index of persons. */
function numberDigest(visitor: string): string {
  return sha256(`visitor ${visitor}`)
}
