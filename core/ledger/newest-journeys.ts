import { sql } from 'kysely'
import type { RecordRef } from '../model/record.ts'
import { type WonJourney, wonDeals, wonJourneysOf } from './journeys.ts'
import type { Db } from './ledger.ts'

/** Stage changes looked at a time: most are the first win of their deal, so that this is a page and a bit. */
const CHUNK = 60

/** Where a page goes on: the win it ended with. */
export interface JourneyCursor {
  /** Epoch ms. */
  at: number
  /** Id of the stage change. */
  id: number
}

/** One deal that was won, and where it has its page. */
export interface NewestJourney extends WonJourney {
  sourceId: string
  record: RecordRef
  cursor: JourneyCursor
}

/**
 * Deals by when they were first won in the period (epoch ms, to exclusive), the last first, those that are still won. Walks the
 * wins backwards in time and never counts them all.
 */
export async function* newestJourneys(
  reader: Db,
  {
    from,
    to,
    lookbackMs,
    before,
  }: { from: number; to: number; lookbackMs: number; before: JourneyCursor | null },
): AsyncGenerator<NewestJourney[]> {
  for (let cursor = before; ; ) {
    const wins = await winsBefore(reader, { from, to: cursor === null ? to : cursor.at + 1, cursor })
    if (wins.length === 0) return
    const firsts = await firstWins(
      reader,
      wins.map(({ dealId }) => dealId),
      { from, to },
    )
    const own = wins.filter(({ id, dealId }) => firsts.get(dealId) === id)
    const deals = await wonDeals(
      reader,
      own.map(({ dealId, at }) => ({ id: dealId, wonAt: at })),
    )
    const journeys = await wonJourneysOf(reader, deals, lookbackMs)
    const byDeal = new Map(journeys.map((journey) => [journey.dealId, journey]))
    yield own.flatMap(({ id, dealId, at }) => {
      const journey = byDeal.get(dealId)
      return journey ? [{ ...journey, cursor: { at, id } }] : []
    })
    const last = wins.at(-1)
    if (!last || wins.length < CHUNK) return
    cursor = { at: last.at, id: last.id }
  }
}

async function winsBefore(
  reader: Db,
  { from, to, cursor }: { from: number; to: number; cursor: JourneyCursor | null },
): Promise<{ id: number; dealId: number; at: number }[]> {
  let query = reader
    .selectFrom('stage_changes as c')
    .innerJoin('deals as m', 'm.id', 'c.deal_id')
    .select(['c.id', 'c.occurred_at as at', sql<number>`coalesce(m.origin_id, m.id)`.as('dealId')])
    .where('c.milestone', '=', 'won')
    .where('c.occurred_at', '>=', from)
    .where('c.occurred_at', '<', to)
    .orderBy('c.occurred_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(CHUNK)
  if (cursor) {
    const { at, id } = cursor
    query = query.where((e) => e.or([e('c.occurred_at', '<', at), e('c.id', '<', id)]))
  }
  return query.execute()
}

/** The stage change with which each deal was first won in the period. */
async function firstWins(
  reader: Db,
  dealIds: readonly number[],
  { from, to }: { from: number; to: number },
): Promise<Map<number, number>> {
  const ids = [...new Set(dealIds)]
  const rows = await reader
    .selectFrom('stage_changes as c')
    .innerJoin('deals as m', 'm.id', 'c.deal_id')
    .select(['c.id', sql<number>`coalesce(m.origin_id, m.id)`.as('dealId')])
    .where((e) => e.or([e('m.id', 'in', ids), e('m.origin_id', 'in', ids)]))
    .where('c.milestone', '=', 'won')
    .where('c.occurred_at', '>=', from)
    .where('c.occurred_at', '<', to)
    .orderBy('c.occurred_at', 'desc')
    .orderBy('c.id', 'desc')
    .execute()
  // Latest first, so that the earliest stays.
  return new Map(rows.map(({ id, dealId }) => [dealId, id]))
}
