import { sql } from 'kysely'
import type { Db } from './ledger.ts'

/** How much TikTok accepted for one rule at one connection. */
export interface RuleCount {
  ruleId: string
  connectionId: string
  count: number
}

/** Accepted since then (epoch ms), without what went to Test Events. Reads one index and no row. */
export async function countByRule(
  db: Db,
  connectionIds: readonly string[],
  since: number,
): Promise<RuleCount[]> {
  const found = await Promise.all(
    connectionIds.map(async (connectionId) => {
      const rows = await db
        .selectFrom('deliveries')
        .select((e) => ['rule_id', e.fn.countAll<number>().as('n')])
        .where(sql<boolean>`state = 'accepted'`)
        .where('connection_id', '=', connectionId)
        .where('settled_at', '>=', since)
        .where('test_code', 'is', null)
        .groupBy('rule_id')
        .execute()
      return rows.map(({ rule_id: ruleId, n }) => ({ ruleId, connectionId, count: Number(n) }))
    }),
  )
  return found.flat()
}
