import { sql } from 'kysely'
import type { Db } from './ledger.ts'
import { total } from './rows.ts'

/** Quarters of an hour: every time zone's days begin at one. */
const QUARTER_MS = 900_000

/** What one connection got accepted in one quarter of an hour, in one currency (`null`: without a value). */
export interface AcceptedQuarter {
  connectionId: string
  /** Epoch ms of its start. */
  at: number
  currency: string | null
  count: number
  total: bigint
  /** Sum of the match scores. */
  score: number
}

/** Deliveries accepted from one moment to another, epoch ms, without those of Test Events. Reads one index and no row. */
export async function acceptedBetween(
  db: Db,
  connectionIds: readonly string[],
  { from, to }: { from: number; to: number },
): Promise<AcceptedQuarter[]> {
  const quarter = sql<number>`settled_at / ${sql.lit(QUARTER_MS)}`
  const found = await Promise.all(
    connectionIds.map(async (connectionId) => {
      const rows = await db
        .selectFrom('deliveries')
        .select((e) => [
          quarter.as('quarter'),
          'currency',
          e.fn.countAll<number>().as('n'),
          total('value_minor').as('total'),
          sql<number>`cast(sum(match_score) as integer)`.as('score'),
        ])
        .where(sql<boolean>`state = 'accepted'`)
        .where('connection_id', '=', connectionId)
        .where('settled_at', '>=', from)
        .where('settled_at', '<', to)
        .where('test_code', 'is', null)
        .groupBy([quarter, 'currency'])
        .execute()
      return rows.map((row) => ({
        connectionId,
        at: row.quarter * QUARTER_MS,
        currency: row.currency,
        count: row.n,
        total: BigInt(row.total),
        score: row.score,
      }))
    }),
  )
  return found.flat()
}

/** How long the newest accepted deliveries took from the stage change, ms, shortest first; late ones (backfills) left out. */
export async function recentLags(
  db: Db,
  connectionIds: readonly string[],
  { since, limit, most }: { since: number; limit: number; most: number },
): Promise<number[]> {
  const found = await Promise.all(
    connectionIds.map((connectionId) =>
      db
        .selectFrom('deliveries')
        .select(sql<number>`settled_at - occurred_at`.as('lag'))
        .where(sql<boolean>`state = 'accepted'`)
        .where('connection_id', '=', connectionId)
        .where('settled_at', '>=', since)
        .orderBy('settled_at', 'desc')
        .limit(limit)
        .execute(),
    ),
  )
  return found
    .flat()
    .map(({ lag }) => lag)
    .filter((lag) => lag >= 0 && lag <= most)
    .sort((a, b) => a - b)
}

/** When TikTok last accepted something of each connection, epoch ms. */
export async function lastAccepted(db: Db, connectionIds: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const connectionId of connectionIds) {
    const row = await db
      .selectFrom('deliveries')
      .select('settled_at')
      .where(sql<boolean>`state = 'accepted'`)
      .where('connection_id', '=', connectionId)
      .orderBy('settled_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row?.settled_at != null) found.set(connectionId, row.settled_at)
  }
  return found
}
