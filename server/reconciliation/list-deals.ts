import { bucketOf } from '../../core/analysis/reconciliation/buckets.ts'
import { scopeOfReport } from '../../core/analysis/reports/reconciliation-report.ts'
import { bookDeals, type Fate } from '../../core/ledger/book-deals.ts'
import { hasCrmBook } from '../../core/ledger/crm-books.ts'
import { deliveredDeals } from '../../core/ledger/delivered-deals.ts'
import { moneyText } from '../../core/ledger/delivery-view.ts'
import { eventRules } from '../../core/mapping/event-rules.ts'
import { dayEnd } from '../../core/model/account-day.ts'
import type { BookDeal } from '../../core/model/book.ts'
import { type DeliveredBar, isDeliveredBar } from '../../core/model/delivered-bars.ts'
import { REASONS } from '../../core/model/delivery.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import {
  type Bucket,
  type OpenBar,
  type ReconciledDeal,
  STATE_ORDER,
} from '../../core/model/reconciliation.ts'
import { toIso } from '../../core/model/time.ts'
import type { Connection } from '../../core/model/workspace.ts'
import { known } from '../commands/known.ts'
import type { Closeback } from '../compose.ts'
import { checkPeriod } from '../reports/check-period.ts'
import type { ReportOrder } from './make-reports.ts'

/** Deals a page lists at once. */
const PAGE = 100

export interface DealsOrder extends Pick<ReportOrder, 'from' | 'to' | 'asOf'> {
  connectionId: string
  event: string
  bar: OpenBar
  /** `book.id` of the report. */
  bookId: number | null
  offset: number
}

/** Everything that can have become of a deal. */
const FATES: readonly Fate[] = [
  ...STATE_ORDER.map((state) => ({ state, seen: true, reason: null })),
  { state: null, seen: false, reason: null },
  ...[null, ...REASONS].map((reason) => ({ state: null, seen: true, reason })),
]

/** The deals behind one bar of a reconciliation; `next` is the offset of the page that follows. */
export async function listDeals(
  { ledger, store }: Closeback,
  order: DealsOrder,
): Promise<{ deals: ReconciledDeal[]; next: number | null }> {
  const { workspace } = store.current
  known('connection', order.connectionId, workspace.connections)
  const connection = workspace.connections.find(({ id }) => id === order.connectionId) as Connection
  checkPeriod(order, connection, ledger.now())
  const rules = eventRules(workspace, connection.id).find(({ names }) => names.includes(order.event))
  if (!rules)
    throw missing(`No rule sends ${order.event} to ${connection.id}.`, 'Choose an event of the report.')
  if (order.bookId !== null && !(await hasCrmBook(ledger.reader, order.bookId)))
    throw missing(
      "The CRM's list behind this report is gone.",
      'Make the report again: a list is kept for a day.',
    )
  const asOf = order.asOf === null ? null : dayEnd(order.asOf, connection.timezone)
  const scope = scopeOfReport({ workspace, connection, rules, from: order.from, to: order.to, asOf })
  const { bookId, bar, offset } = order
  const page = { bookId, limit: PAGE + 1, offset }
  const found = await (isDeliveredBar(bar)
    ? deliveredDeals(ledger.reader, scope, { ...page, bar })
    : bookDeals(ledger.reader, scope, { ...page, fates: fatesOf(bar), differs: bar === 'amount_differs' }))
  return {
    deals: found.slice(0, PAGE).map(shown),
    next: found.length > PAGE ? order.offset + PAGE : null,
  }
}

/** What marks the deals behind a bar of the book; null for all of them. */
export function fatesOf(bar: Exclude<OpenBar, DeliveredBar>): Fate[] | null {
  if (bar === 'book') return null
  const bucket: Bucket = bar === 'amount_differs' ? 'accepted' : bar
  return FATES.filter((fate) => bucketOf(fate) === bucket)
}

function shown({
  record,
  sourceId,
  at,
  campaign,
  amount,
  sent,
  sentAt,
  detail,
  ...deal
}: BookDeal): ReconciledDeal {
  const bucket = bucketOf(deal)
  return {
    sourceId,
    record,
    at: toIso(at),
    bucket,
    detail: (bucket === 'not_sendable' ? deal.reason : detail) || null,
    campaign,
    amount: amount && moneyText(amount.minor, amount.currency),
    sent: sent && moneyText(sent.minor, sent.currency),
    sentAt: sentAt === null ? null : toIso(sentAt),
  }
}

function missing(message: string, remedy: string): ClosebackError {
  return new ClosebackError('not_found', message, { remedy })
}
