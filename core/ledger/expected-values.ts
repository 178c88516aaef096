import type { Money } from '../model/money.ts'
import type { Db } from './ledger.ts'
import { insertRows } from './rows.ts'
import type { ExpectedValuesTable } from './schema-reports.ts'

/** What a deal that enters a stage is expected to come to, as rules with `value: { expected: true }` send it. */
export interface ExpectedFigure {
  connectionId: string
  milestone: string
  value: Money
  /** Epoch ms. */
  computedAt: number
}

/** Connection id to milestone to figure. */
export type ExpectedFigures = ReadonlyMap<string, ReadonlyMap<string, Money>>

export async function readExpectedFigures(db: Db): Promise<ExpectedFigures> {
  const rows = await db.selectFrom('expected_values').selectAll().execute()
  return new Map(
    [...Map.groupBy(rows, (row) => row.connection_id)].map(([connectionId, own]) => [
      connectionId,
      new Map(own.map((row) => [row.milestone, { minor: row.minor, currency: row.currency }])),
    ]),
  )
}

/** Replaces what was expected before. */
export async function keepExpectedFigures(tx: Db, figures: readonly ExpectedFigure[]): Promise<void> {
  const rows: ExpectedValuesTable[] = figures.map(({ connectionId, milestone, value, computedAt }) => ({
    connection_id: connectionId,
    milestone,
    minor: value.minor,
    currency: value.currency,
    computed_at: computedAt,
  }))
  const set = ['minor', 'currency', 'computed_at'].map((name) => `${name} = excluded.${name}`)
  await insertRows(
    tx,
    'expected_values',
    rows,
    [],
    `(connection_id, milestone) do update set ${set.join(', ')}`,
  )
}
