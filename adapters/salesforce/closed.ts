import type { ClosedDeal, ClosedTotal, Period } from '../../core/adapter.ts'
import { exponentOf, isCurrency } from '../../core/model/currency.ts'
import { WON } from '../../core/model/record.ts'
import type { Context } from './client/login.ts'
import { SalesforceError } from './client/salesforce-error.ts'
import { CHUNK_IDS, PAGE_ROWS } from './constants.ts'
import { openReader } from './reader.ts'
import { readAmount } from './records/amount.ts'
import { type Reader, readHistories, readOpportunities } from './records/dossier.ts'
import { idIn, type Row } from './records/row.ts'
import { transitions } from './records/transitions.ts'
import { chunks } from './soql/chunks.ts'
import { enteredStages, wonTotals } from './soql/statements.ts'

/** Opportunities that are won and whose last entry into a won stage falls in the period. */
export async function* closed(period: Period, ctx: Context): AsyncGenerator<ClosedDeal[]> {
  const reader = await openReader(ctx)
  const won = [...reader.org.stages.values()].filter(({ milestone }) => milestone === WON).map(({ id }) => id)
  if (won.length === 0) return
  for await (const ids of idsThatEntered(reader, won, period)) {
    for (const some of chunks(ids, CHUNK_IDS)) {
      const deals = await closedDeals(reader, some, period)
      if (deals.length > 0) yield deals
    }
  }
}

/** Each opportunity once, in the order of ids. */
async function* idsThatEntered(
  { client }: Reader,
  stages: string[],
  period: Period,
): AsyncGenerator<string[]> {
  let afterId: string | null = null
  for (let count = PAGE_ROWS; count === PAGE_ROWS; ) {
    count = 0
    const soql = enteredStages(stages, { ...period, afterId })
    for await (const rows of client.pages<Row>(soql, { of: 'OpportunityHistory' })) {
      const ids: Set<string> = new Set(rows.map((row) => idIn(row, 'OpportunityId')))
      if (afterId !== null) ids.delete(afterId)
      count += rows.length
      afterId = [...ids].at(-1) ?? afterId
      if (ids.size > 0) yield [...ids]
    }
  }
}

async function closedDeals(reader: Reader, ids: string[], { from, to }: Period): Promise<ClosedDeal[]> {
  const [found, histories] = await Promise.all([readOpportunities(reader, ids), readHistories(reader, ids)])
  return ids.flatMap((id) => {
    const opportunity = found.get(id)?.opportunity
    if (!opportunity?.isWon || opportunity.isDeleted) return []
    const entry = transitions(histories.get(id) ?? [], opportunity, reader.org.stages).findLast(
      ({ milestone }) => milestone === WON,
    )
    if (entry === undefined || entry.occurredAt < from || entry.occurredAt >= to) return []
    const { amount, currency, closeDate } = opportunity
    return [
      {
        record: { type: 'opportunity', id },
        wonAt: entry.occurredAt,
        closeDate,
        amount: readAmount(amount, currency),
      },
    ]
  })
}

interface TotalRow {
  CurrencyIsoCode?: string
  deals: number
  total: number | null
}

/** What the org itself counts by close date: the line beside the book. */
export async function closedTotals(days: { from: string; to: string }, ctx: Context): Promise<ClosedTotal[]> {
  const { client, org } = await openReader(ctx)
  const soql = wonTotals(days, org.isMultiCurrency)
  const rows = (await Array.fromAsync(client.pages<TotalRow>(soql, { of: 'Opportunity' }))).flat()
  return rows.flatMap(({ CurrencyIsoCode = org.currency, deals, total }) => {
    if (deals === 0) return []
    if (CurrencyIsoCode === null || !isCurrency(CurrencyIsoCode)) throw unknownCurrency()
    // A sum comes as a double: its last digits are noise past the currency's own decimals.
    const minor = BigInt((total ?? 0).toFixed(exponentOf(CurrencyIsoCode)).replace('.', ''))
    return [{ currency: CurrencyIsoCode, count: deals, minor }]
  })
}

function unknownCurrency(): SalesforceError {
  return new SalesforceError(
    'config',
    'UNKNOWN_CURRENCY',
    'The org does not tell in which currency its amounts are.',
    {
      remedy: 'Set settings.defaultCurrency to the currency of the org.',
    },
  )
}
