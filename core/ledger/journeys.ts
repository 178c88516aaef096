import { sql } from 'kysely'
import type { RecordRef, Touchpoint } from '../model/record.ts'
import type { Db } from './ledger.ts'
import { fence, knownJson, knownNumber, knownText } from './report-scope.ts'
import { isOneOf } from './rows.ts'

/** Deals read at a time: their touchpoints fit into memory many times over. */
const PAGE = 5000

/** A won deal, and everything that is known to have led to it. */
export interface WonJourney {
  dealId: number
  sourceId: string
  record: RecordRef
  wonAt: number
  amount: { minor: number; currency: string } | null
  /** Oldest first, none later than `wonAt`. */
  touches: Touchpoint[]
}

/** Every deal that is won and was first won in the period (epoch ms, to exclusive), a page at a time. */
export async function* wonJourneys(
  reader: Db,
  { from, to, lookbackMs }: { from: number; to: number; lookbackMs: number },
): AsyncGenerator<WonJourney[]> {
  for (let after = 0; ; ) {
    const deals = await wonPage(reader, { from, to, after })
    if (deals.length === 0) return
    yield await wonJourneysOf(reader, await wonDeals(reader, deals), lookbackMs)
    after = deals.at(-1)?.id ?? after
  }
}

/** The journeys of deals, without those that are no longer won. */
export async function wonJourneysOf(
  reader: Db,
  deals: readonly WonDeal[],
  lookbackMs: number,
): Promise<WonJourney[]> {
  const touches = await touchesOf(reader, deals)
  return deals
    .filter(({ isWon }) => isWon)
    .map(({ id, sourceId, record, wonAt, amount, known }) => {
      const own = [...(touches.get(id) ?? []), ...(known ? [known] : [])]
      const inside = own.filter(({ at }) => at <= wonAt && at >= wonAt - lookbackMs)
      const led = withoutRepeats(inside.sort((a, b) => a.at - b.at))
      return { dealId: id, sourceId, record, wonAt, amount, touches: led }
    })
}

/** A deal and when it was first won, epoch ms. */
interface Win {
  id: number
  wonAt: number
}

interface WonDeal extends Win {
  sourceId: string
  record: RecordRef
  /** It is there, and still won. */
  isWon: boolean
  amount: WonJourney['amount']
  /** The click and the UTM values that the record itself carries. */
  known: Touchpoint | null
}

async function wonPage(
  reader: Db,
  { from, to, after }: { from: number; to: number; after: number },
): Promise<Win[]> {
  const { rows } = await sql<Record<string, string | number>>`
    select coalesce(m.origin_id, m.id) as id, min(c.occurred_at) as won_at
    from stage_changes c join deals m on m.id = c.deal_id
    where c.occurred_at >= ${from} and c.occurred_at < ${to} and c.milestone = 'won' and coalesce(m.origin_id, m.id) > ${after}
    group by 1 order by 1 limit ${PAGE}`.execute(reader)
  return rows.map((row) => ({ id: Number(row.id), wonAt: Number(row.won_at) }))
}

/** What is known of deals that were won, in the order given. */
export async function wonDeals(reader: Db, wins: readonly Win[]): Promise<WonDeal[]> {
  if (wins.length === 0) return []
  const ids = wins.map(({ id }) => id)
  const { rows } = await sql<Record<string, string | number | null>>`
    select o.id, o.source_id, o.record_type, o.record_id, ${knownNumber(reader, 'o', ['amount', 0, 'minor'])} as minor,
      ${knownText(reader, 'o', ['amount', 0, 'currency'])} as currency,
      ${knownText(reader, 'o', ['click', 0, 0])} as ttclid, ${knownNumber(reader, 'o', ['click', 0, 1])} as clicked_at,
      ${knownText(reader, 'o', ['utm', 0])} as utm, ${knownNumber(reader, 'o', ['utm', 1])} as utm_at,
      coalesce(${knownText(reader, 'o', ['stage', 0, 'milestone'])}, 'won') as stage,
      coalesce(${knownText(reader, 'o', ['presence', 0])}, 'present') as presence
    from ${knownJson(reader, 'deals')} o where ${isOneOf(reader, 'o.id', ids)} ${fence(reader)}`.execute(
    reader,
  )
  const rowOf = new Map(rows.map((row) => [Number(row.id), row]))
  return wins.flatMap(({ id, wonAt }): WonDeal[] => {
    const row = rowOf.get(id)
    if (!row) return []
    const hasAmount = row.minor !== null && row.currency !== null
    return [
      {
        id,
        wonAt,
        sourceId: String(row.source_id),
        record: { type: String(row.record_type), id: String(row.record_id) },
        amount: hasAmount ? { minor: Number(row.minor), currency: String(row.currency) } : null,
        isWon: row.stage === 'won' && row.presence === 'present',
        known: knownTouch(row),
      },
    ]
  })
}

function knownTouch(row: Record<string, string | number | null>): Touchpoint | null {
  const utm = row.utm === null ? null : (JSON.parse(String(row.utm)) as Touchpoint['utm'])
  const ttclid = row.ttclid === null ? null : String(row.ttclid)
  const at = row.clicked_at ?? (ttclid === null ? row.utm_at : null)
  if (at === null || at === undefined || (ttclid === null && utm === null)) return null
  const kind = ttclid === null ? 'visit' : 'click'
  return { at: Number(at), kind, ttclid, ttp: null, utm, pageUrl: null, referrer: null }
}

async function touchesOf(reader: Db, deals: readonly WonDeal[]): Promise<Map<number, Touchpoint[]>> {
  const rows = await reader
    .selectFrom('touchpoints')
    .innerJoin('deals', 'deals.id', 'touchpoints.deal_id')
    .select([sql<number>`coalesce(deals.origin_id, deals.id)`.as('id'), 'touchpoints.content'])
    .where((e) =>
      e.or([
        isOneOf(
          reader,
          'deals.id',
          deals.map(({ id }) => id),
        ),
        isOneOf(
          reader,
          'deals.origin_id',
          deals.map(({ id }) => id),
        ),
      ]),
    )
    .execute()
  const touches = new Map<number, Touchpoint[]>()
  for (const { id, content } of rows) {
    const own = touches.get(id)
    const touch = JSON.parse(content) as Touchpoint
    if (own) own.push(touch)
    else touches.set(id, [touch])
  }
  return touches
}

/** The record itself names a click that a touchpoint may have told already. */
function withoutRepeats(touches: readonly Touchpoint[]): Touchpoint[] {
  const clicks = new Set<string>()
  return touches.filter(({ ttclid }) => {
    if (ttclid === null) return true
    if (clicks.has(ttclid)) return false
    clicks.add(ttclid)
    return true
  })
}
