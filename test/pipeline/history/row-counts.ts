import type { Pair } from '../../support/pair.ts'

/** How many rows each table has. */
export async function rowCounts({ closeback }: Pair): Promise<Record<string, number>> {
  const tables = [
    'workspace',
    'sealed_secrets',
    'sources',
    'rule_starts',
    'inbox',
    'conflicts',
    'deals',
    'touchpoints',
    'stage_changes',
    'reasons',
    'deliveries',
    'attempts',
    'attempt_deliveries',
    'journal',
  ] as const
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const query = closeback.ledger.db.selectFrom(table).select((e) => e.fn.countAll<number>().as('n'))
    counts[table] = (await query.executeTakeFirstOrThrow()).n
  }
  return counts
}
