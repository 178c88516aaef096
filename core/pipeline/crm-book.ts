import type { ClosedDeal, ClosedTotal, Period } from '../adapter.ts'
import { addToCrmBook, openCrmBook } from '../ledger/crm-books.ts'
import type { Money } from '../model/money.ts'
import type { Pipeline } from './context.ts'

/** A CRM book that stands in the ledger while a report is made of it. */
export interface AskedBook {
  id: number
  kind: 'crm' | 'file'
  detail: string
  /** The CRMs' own totals over close dates, where they give them, and those of the book. */
  totals: { sourceId: string; closed: ClosedTotal[]; staged: ClosedTotal[] }[]
}

/** The period as days and as moments. */
export interface BookPeriod extends Period {
  firstDay: string
  lastDay: string
}

/**
 * Asks the CRMs behind these sources for their book. Null when one of them cannot be asked: half a book would claim
 * that the other half was never closed.
 */
export async function askCrmBook(
  pipeline: Pipeline,
  sourceIds: readonly string[],
  period: BookPeriod,
): Promise<AskedBook | null> {
  const { sources } = await pipeline.settings()
  const asked = sourceIds.flatMap((id) => sources.get(id) ?? [])
  if (asked.length === 0 || asked.some(({ adapter }) => !adapter.closed)) return null
  const id = await openCrmBook(pipeline.ledger)
  const totals: AskedBook['totals'] = []
  for (const active of asked) {
    const ctx = pipeline.adapterContext(active)
    const staged = new Map<string, ClosedTotal>()
    for await (const page of active.adapter.closed?.(period, ctx) ?? []) {
      await addToCrmBook(pipeline.ledger, id, active.source.id, page)
      for (const { amount } of page) if (amount) add(staged, amount)
    }
    const days = { from: period.firstDay, to: period.lastDay }
    const closed = await active.adapter.closedTotals?.(days, ctx)
    if (closed) totals.push({ sourceId: active.source.id, closed, staged: [...staged.values()] })
  }
  const names = asked.map(({ adapter, source }) => `${adapter.title} (${source.id})`)
  return { id, kind: 'crm', detail: `as listed by ${names.join(', ')}`, totals }
}

/** A book that a person brings as a file; deals outside the period are left out. */
export async function bringCrmBook(
  { ledger }: Pipeline,
  { name, deals }: { name: string; deals: readonly (ClosedDeal & { sourceId: string })[] },
  { from, to }: Period,
): Promise<AskedBook> {
  const id = await openCrmBook(ledger)
  const inside = deals.filter(({ wonAt }) => wonAt >= from && wonAt < to)
  for (const [sourceId, own] of Map.groupBy(inside, (deal) => deal.sourceId))
    for (let at = 0; at < own.length; at += PAGE)
      await addToCrmBook(ledger, id, sourceId, own.slice(at, at + PAGE))
  return { id, kind: 'file', detail: `as listed in ${name}`, totals: [] }
}

function add(totals: Map<string, ClosedTotal>, { currency, minor }: Money): void {
  const before = totals.get(currency) ?? { currency, count: 0, minor: 0n }
  totals.set(currency, { currency, count: before.count + 1, minor: before.minor + BigInt(minor) })
}

const PAGE = 256
