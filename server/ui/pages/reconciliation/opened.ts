import { DELIVERED_BARS, type DeliveredBar, isDeliveredBar } from '../../../../core/model/delivered-bars.ts'
import type { OpenBar, ReconciledDeal, Reconciliation } from '../../../../core/model/reconciliation.ts'
import { bucketTitle } from '../../../reconciliation/words.ts'
import { moneyCell } from '../reports/cells.ts'
import type { Table } from '../reports/table.ts'

/** The deals behind a bar. */
export function dealsTable(bar: OpenBar, deals: readonly ReconciledDeal[]): Table {
  return {
    file: `deals-${bar}`,
    caption: barTitle(bar),
    columns: [
      { title: 'Deal' },
      { title: 'Source' },
      { title: 'Closed' },
      { title: 'State' },
      { title: 'CRM amount', number: true },
      { title: 'Sent', number: true },
      { title: 'Campaign' },
    ],
    empty: 'No deal stands behind this figure.',
    rows: deals.map(({ sourceId, record, at, bucket, detail, amount, sent, campaign }) => ({
      key: `${sourceId} ${record.type} ${record.id}`,
      cells: [
        {
          text: record.id,
          raw: record.id,
          href: `/deals/${encodeURIComponent(sourceId)}/${encodeURIComponent(`${record.type}:${record.id}`)}`,
        },
        sourceId,
        { text: at.slice(0, 10), raw: at },
        detail === null ? bucketTitle(bucket) : `${bucketTitle(bucket)} (${detail})`,
        moneyCell(amount),
        moneyCell(sent),
        campaign ?? '',
      ],
    })),
  }
}

/** The bar that an address opens, when the report has it. */
export function openBar({ buckets }: Reconciliation, asked: string | null): OpenBar | null {
  const bars: OpenBar[] = [
    'book',
    ...buckets.map(({ bucket }) => bucket),
    'amount_differs',
    ...DELIVERED_BARS,
  ]
  return bars.find((bar) => bar === asked) ?? null
}

const DELIVERED_TITLES: Record<DeliveredBar, string> = {
  delivered: 'All that was delivered in the period',
  no_longer_won: 'Delivered, but not won any more',
  won_date_moved: "Delivered on one side of the period's edge, won on the other",
  further_deliveries: 'Further deliveries of the same deals',
  test_events: 'Delivered with a test code',
  pixel_copies: "Delivered with the id of the browser pixel's event",
}

export function barTitle(bar: OpenBar): string {
  if (bar === 'book') return 'All deals of the book'
  if (bar === 'amount_differs') return 'Sent with another amount than the CRM has now'
  if (isDeliveredBar(bar)) return DELIVERED_TITLES[bar]
  return `Deals ${bucketTitle(bar)}`
}
