import type { ClosedDeal, ClosedTotal } from '../../core/adapter.ts'
import { reconciliationReport } from '../../core/analysis/reports/reconciliation-report.ts'
import { type EventRules, eventRules } from '../../core/mapping/event-rules.ts'
import { dayEnd, dayStart } from '../../core/model/account-day.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { toDecimal } from '../../core/model/money.ts'
import type { Amount, Reconciliation } from '../../core/model/reconciliation.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { type AskedBook, askCrmBook, bringCrmBook } from '../../core/pipeline/crm-book.ts'
import { known } from '../commands/known.ts'
import type { Closeback } from '../compose.ts'
import { checkPeriod } from '../reports/check-period.ts'

export interface ReportOrder {
  /** Account days, both included. */
  from: string
  to: string
  /** Null: every connection. */
  connectionId: string | null
  /** Null: every event that rules send. */
  event: string | null
  /** Day whose end the report is as of, by what TikTok had told; null for now. */
  asOf: string | null
  /** A book that a person brings. */
  crm: { name: string; deals: readonly (ClosedDeal & { sourceId: string })[] } | null
}

/** One reconciliation for each connection and event asked for. Throws `invalid` for a period that is none. */
export async function makeReconciliations(
  closeback: Closeback,
  order: ReportOrder,
): Promise<Reconciliation[]> {
  const { workspace } = closeback.store.current
  if (order.connectionId !== null) known('connection', order.connectionId, workspace.connections)
  const connections = workspace.connections.filter(
    ({ id }) => order.connectionId === null || id === order.connectionId,
  )
  const made: Reconciliation[] = []
  for (const connection of connections) {
    checkPeriod(order, connection, closeback.ledger.now())
    const wanted = eventRules(workspace, connection.id).filter(
      ({ names }) => order.event === null || names.includes(order.event),
    )
    const books = bookReader(closeback, order, connection)
    for (const rules of wanted)
      made.push(
        await reconciliationReport(closeback.ledger.reader, {
          workspace,
          connection,
          rules,
          from: order.from,
          to: order.to,
          asOf: order.asOf === null ? null : dayEnd(order.asOf, connection.timezone),
          book: await books(rules),
          now: closeback.ledger.now(),
        }),
      )
  }
  if (made.length > 0) return made
  throw new ClosebackError('invalid', 'There is nothing to reconcile.', {
    remedy:
      order.event === null
        ? 'Apply a workspace with a connection and a rule that sends to it.'
        : `No rule sends ${order.event} there: use another --event, or leave it out.`,
  })
}

/** The book for an event, asked for once however many events are of the same sources. */
function bookReader(closeback: Closeback, { from, to, crm }: ReportOrder, { timezone }: Connection) {
  const period = {
    from: dayStart(from, timezone),
    to: dayEnd(to, timezone),
    firstDay: from,
    lastDay: to,
  }
  const asked = new Map<string, Promise<AskedBook | null>>()
  return async ({ isWon, sourceIds }: EventRules) => {
    // A CRM lists what is won; of other stages nobody but the ledger has a book.
    if (!isWon) return null
    const key = sourceIds.join()
    const book =
      asked.get(key) ??
      (crm
        ? bringCrmBook(closeback.pipeline, crm, period)
        : askCrmBook(closeback.pipeline, sourceIds, period))
    asked.set(key, book)
    const ready = await book
    if (ready === null) return null
    const { id, kind, detail, totals } = ready
    return { id, kind, detail, closeDates: totals.map(closeDateLine) }
  }
}

function closeDateLine({ sourceId, closed, staged }: AskedBook['totals'][number]) {
  const currencies = [...new Set([...closed, ...staged].map(({ currency }) => currency))].sort()
  const amount = (minorOf: (currency: string) => bigint, count: number): Amount => ({
    count,
    values: currencies.map((currency) => ({ amount: toDecimal(minorOf(currency), currency), currency })),
  })
  const minor = (totals: readonly ClosedTotal[], currency: string) =>
    totals.find((each) => each.currency === currency)?.minor ?? 0n
  const count = (totals: readonly ClosedTotal[]) => totals.reduce((sum, each) => sum + each.count, 0)
  return {
    sourceId,
    byCloseDate: amount((currency) => minor(closed, currency), count(closed)),
    byStageDate: amount((currency) => minor(staged, currency), count(staged)),
    difference: amount(
      (currency) => minor(closed, currency) - minor(staged, currency),
      count(closed) - count(staged),
    ),
  }
}
