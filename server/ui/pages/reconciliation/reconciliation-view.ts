import { isDeliveredBar } from '../../../../core/model/delivered-bars.ts'
import type { BRIDGE_STEPS, Bucket, OpenBar, Reconciliation } from '../../../../core/model/reconciliation.ts'
import { type Bar, barLabel, barsOf, openable } from '../../../reconciliation/bars.ts'
import {
  BRIDGE_WORDS,
  bucketTitle,
  isIdle,
  isNothing,
  moneyRangeText,
  stepTitle,
  valuesText,
  verdict,
} from '../../../reconciliation/words.ts'
import { amountCell, countCell, moneyCell, NONE, rangeCell, signedCell } from '../reports/cells.ts'
import type { RichCell, Table } from '../reports/table.ts'

/** A bar of the waterfall, placed: `start` and `size` in percent of the widest. */
export interface PlacedBar extends Bar {
  label: string
  start: number
  size: number
}

export interface ReconciliationView {
  /** good: all is explained. wait: days are not final, or TikTok said nothing. bad: an alarm. */
  tone: 'good' | 'wait' | 'bad'
  verdict: string
  /** The three books in one sentence. */
  books: string
  bars: PlacedBar[]
  table: Table
  causes: {
    key: string
    title: string
    deals: string
    revenue: string
    basis: string
    remedy: string
    open: OpenBar | null
  }[]
  days: Table
  campaigns: Table
}

/** A reconciliation as its page shows it. */
export function reconciliationView(report: Reconciliation): ReconciliationView {
  const { book, delivered, reported, alarm, unexplained, causes, buckets } = report
  const bars = barsOf(report)
  const widest = Math.max(1, ...bars.map(({ high }) => high))
  const explained =
    unexplained !== null && unexplained.count === 0 && !/[1-9]/.test(unexplained.value?.amount ?? '0')
  const opens = new Set<string>(buckets.map(({ bucket }) => bucket))
  return {
    tone: alarm ? 'bad' : explained ? 'good' : 'wait',
    verdict: verdict(report),
    books: `${closed(book)}, ${delivered.count.toLocaleString('en-US')} were delivered, and TikTok reports ${
      reported === null ? 'nothing to compare with' : reported.count.toLocaleString('en-US')
    }.`,
    bars: bars.map((bar) => ({
      ...bar,
      label: barLabel(bar),
      start: (Math.max(0, bar.low) / widest) * 100,
      size: ((Math.max(0, bar.high) - Math.max(0, bar.low)) / widest) * 100,
    })),
    table: booksTable(report),
    causes: causes.map(({ cause, basis, count, revenue, evidence, remedy }) => ({
      key: cause,
      title: evidence,
      deals: count.low === count.high ? String(count.low) : `${count.low} to ${count.high}`,
      revenue: valuesText({ values: revenue }),
      basis,
      remedy,
      open: opens.has(cause) ? (cause as Bucket) : isDeliveredBar(cause) ? cause : null,
    })),
    days: daysTable(report),
    campaigns: campaignsTable(report),
  }
}

function closed({ kind, total }: Reconciliation['book']): string {
  const deals = `${total.count.toLocaleString('en-US')} ${total.count === 1 ? 'deal' : 'deals'}`
  return kind === 'ledger' ? `Closeback saw ${deals}` : `The CRM closed ${deals}`
}

const CHANGES_AMOUNT = new Set<(typeof BRIDGE_STEPS)[number]>(['amount_changed', 'value_rule', 'currency'])

function booksTable(report: Reconciliation): Table {
  const { book, buckets, bridge, delivered, steps, expected, reported, unexplained } = report
  const row = (
    key: string,
    cells: [string | RichCell, RichCell, RichCell, string],
    kind: 'sum' | 'part',
  ) => ({ key, cells, kind })
  return {
    file: fileName(report, 'reconciliation'),
    caption: 'The three books, and what leads from one to the next',
    columns: [
      { title: 'Figure' },
      { title: 'Deals', number: true },
      { title: 'Value', number: true },
      { title: 'Basis' },
    ],
    empty: 'No deal was closed in these days.',
    rows: [
      row(
        'book',
        ['CRM', countCell(book.total.count, { open: 'book' }), amountCell(book.total), 'counted'],
        'sum',
      ),
      ...buckets
        .filter(({ amount }) => amount.count > 0)
        .map(({ bucket, amount }) =>
          row(
            bucket,
            [bucketTitle(bucket), countCell(amount.count, { open: bucket }), amountCell(amount), 'counted'],
            'part',
          ),
        ),
      ...bridge
        .filter(({ amount }) => !isNothing(amount))
        .map(({ step, amount }) =>
          row(
            step,
            [
              linked(BRIDGE_WORDS[step], CHANGES_AMOUNT.has(step) ? 'amount_differs' : openable(step)),
              signedCell(amount.count),
              amountCell(amount),
              'counted',
            ],
            'part',
          ),
        ),
      row(
        'delivered',
        ['delivered', countCell(delivered.count, { open: 'delivered' }), amountCell(delivered), 'counted'],
        'sum',
      ),
      ...steps
        .filter((step) => !isIdle(step))
        .map(({ step, basis, count, value }) =>
          row(
            step,
            [linked(stepTitle(step), openable(step)), rangeCell(count), valueRange(value), basis],
            'part',
          ),
        ),
      row(
        'expected',
        ['to be reported', rangeOfCounts(expected.count), valueRange(expected.value), ''],
        'sum',
      ),
      row(
        'reported',
        [
          'reported by TikTok',
          reported ? countCell(reported.count) : NONE,
          moneyCell(reported?.value ?? null),
          reported?.metrics.join(', ') ?? 'not available',
        ],
        'sum',
      ),
      row(
        'unexplained',
        [
          'unexplained',
          unexplained ? signedCell(unexplained.count) : NONE,
          moneyCell(unexplained?.value ?? null),
          '',
        ],
        'sum',
      ),
    ],
  }
}

function linked(text: string, open: OpenBar | null): string | RichCell {
  return open === null ? text : { text, raw: text, to: { open } }
}

function valueRange(range: Reconciliation['expected']['value']): RichCell {
  const text = moneyRangeText(range)
  return { text, raw: range && range.low.amount === range.high?.amount ? range.low.amount : text }
}

function rangeOfCounts({ low, high }: { low: number; high: number }): RichCell {
  if (low === high) return countCell(low)
  const text = `${low.toLocaleString('en-US')} to ${high.toLocaleString('en-US')}`
  return { text, raw: text }
}

function daysTable(report: Reconciliation): Table {
  return {
    file: fileName(report, 'days'),
    caption: 'Delivered by the day of the deal, reported by the day of the click',
    columns: [
      { title: 'Day' },
      { title: 'State' },
      { title: 'Delivered', number: true },
      { title: 'Reported', number: true },
    ],
    empty: 'The period has no day.',
    rows: report.days.map(({ day, state, delivered, reported }) => ({
      key: day,
      cells: [day, state, countCell(delivered), countCell(reported)],
    })),
  }
}

function campaignsTable(report: Reconciliation): Table {
  return {
    file: fileName(report, 'campaigns'),
    caption: 'By campaign',
    columns: [
      { title: 'Campaign' },
      ...['Delivered', 'Value', 'Reported', 'Reported value', 'Spend'].map((title) => ({
        title,
        number: true as const,
      })),
    ],
    empty: 'No deal names a campaign: keep utm_id or utm_campaign on the record.',
    rows: report.campaigns.map(({ id, name, delivered, reported, reportedValue, spend }) => ({
      key: id ?? name,
      cells: [
        name,
        countCell(delivered.count),
        amountCell(delivered),
        countCell(reported),
        moneyCell(reportedValue),
        moneyCell(spend),
      ],
    })),
  }
}

function fileName({ connectionId, event, from, to }: Reconciliation, part: string): string {
  return `${part}-${connectionId}-${event}-${from}-${to}`
}
