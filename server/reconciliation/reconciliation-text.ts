import type { Reconciliation } from '../../core/model/reconciliation.ts'
import { type Row, table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'
import {
  BRIDGE_WORDS,
  bucketTitle,
  isIdle,
  isNothing,
  moneyRangeText,
  moneyText,
  rangeText,
  signed,
  stepTitle,
  valuesText,
  verdict,
} from './words.ts'

/** A reconciliation for a terminal: the three books one under the other, and what leads from one to the next. */
export function reconciliationText(report: Reconciliation, width: number): string {
  const { book, buckets, bridge, delivered, steps, expected, reported, causes } = report
  const line = (name: string, count: string, value: string, note = ''): Row => ({
    cells: [name, count, value],
    note,
  })
  const rows: Row[] = [
    line('CRM', String(book.total.count), valuesText(book.total)),
    ...buckets
      .filter(({ amount }) => amount.count > 0)
      .map(({ bucket, amount }) =>
        line(`  ${bucketTitle(bucket)}`, String(amount.count), valuesText(amount)),
      ),
    line('from accepted to delivered', '', ''),
    ...bridge
      .filter(({ amount }) => !isNothing(amount))
      .map(({ step, amount }) => line(`  ${BRIDGE_WORDS[step]}`, signed(amount.count), valuesText(amount))),
    line('DELIVERED', String(delivered.count), valuesText(delivered)),
    ...steps
      .filter((step) => !isIdle(step))
      .map((step) => line(`  ${stepTitle(step.step)}`, rangeText(step.count), moneyRangeText(step.value))),
    line(
      'to be reported',
      expected.count.low === expected.count.high
        ? String(expected.count.low)
        : `${expected.count.low} to ${expected.count.high}`,
      moneyRangeText(expected.value),
    ),
    line(
      'REPORTED BY TIKTOK',
      reported === null ? '-' : String(reported.count),
      reported?.value ? moneyText(reported.value) : '-',
    ),
  ]
  const columns = [
    { title: '', shrink: true as const },
    { title: 'deals', align: 'right' as const },
    { title: 'value', align: 'right' as const },
  ]
  const telling = causes.map(
    ({ cause, count, evidence, remedy }) =>
      `  ${cause}: ${count.low === count.high ? count.low : `${count.low} to ${count.high}`}. ${evidence}. ${remedy}`,
  )
  return [
    ...head(report).map((text) => wrap(text, width)),
    '',
    table(columns, rows, width).trimEnd(),
    '',
    wrap(verdict(report), width),
    ...(telling.length > 0 ? ['', 'Causes'] : []),
    ...telling.map((text) => `  ${wrap(text, width - 2, '    ')}`),
    ...(report.notes.length > 0 ? ['', ...report.notes.map((note) => wrap(`Note: ${note}`, width))] : []),
    '',
  ].join('\n')
}

function head({
  connectionId,
  event,
  from,
  to,
  timezone,
  currency,
  asOf,
  book,
  windows,
}: Reconciliation): string[] {
  const told = windows.tiktok.map(
    ({ clickDays, viewDays, adGroups }) => `${clickDays} and ${viewDays} days in ${adGroups} ad groups`,
  )
  return [
    `${connectionId}, ${event}: ${from} to ${to} (${timezone}, ${currency})${asOf === null ? '' : `, as TikTok told it by ${asOf}`}`,
    `Book: ${book.detail}.`,
    `Windows, click and view: ${windows.connection.clickDays} and ${windows.connection.viewDays} days here; TikTok counts by ${told.join(', ') || 'windows that were not pulled'}. Under TikTok's windows the CRM side is ${windows.aligned.count} deals, ${valuesText(windows.aligned)}.`,
    ...book.closeDates.map(
      ({ sourceId, byCloseDate, difference }) =>
        `${sourceId} by close date: ${byCloseDate.count} deals, ${valuesText(byCloseDate)}; close date against stage date ${signed(difference.count)}, ${valuesText(difference)}.`,
    ),
  ]
}
