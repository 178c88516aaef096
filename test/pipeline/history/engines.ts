import { describe } from 'vitest'
import type { Pair, PairOptions } from '../../support/pair.ts'
import { usePostgres } from '../../support/postgres.ts'
import { usePair } from '../../support/use-pair.ts'

/** Says the same of both engines: `pairOf` starts a pair on the one in question. */
export function onBothEngines(
  name: string,
  suite: (pairOf: (options?: PairOptions) => Promise<Pair>) => void,
) {
  describe(`${name}, on SQLite`, () => {
    suite(usePair())
  })
  describe(`${name}, on PostgreSQL`, () => {
    const postgres = usePostgres()
    const pairOf = usePair()
    suite(async (options) => pairOf({ ...options, database: await postgres.emptyLedger() }))
  })
}

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
