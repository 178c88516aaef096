import type { Amount, Reconciliation } from '../../core/model/reconciliation.ts'
import { csvText } from '../reports/csv.ts'

const HEAD = [
  'connection',
  'event',
  'from',
  'to',
  'part',
  'name',
  'detail',
  'basis',
  'count_low',
  'count_high',
  'currency',
  'value_low',
  'value_high',
]
type Cells = (string | number | null)[]

/** Reconciliations as one table: a line a figure and currency, so that a spreadsheet can add and filter. */
export function reconciliationCsv(reports: readonly Reconciliation[]): string {
  return csvText([HEAD, ...reports.flatMap((report) => linesOf(report))])
}

function linesOf(report: Reconciliation): Cells[] {
  const { connectionId, event, from, to } = report
  const where = [connectionId, event, from, to]
  const exact = (part: string, name: string, { count, values }: Amount, detail = ''): Cells[] =>
    values.map(({ amount, currency }, at) => [
      ...where,
      part,
      name,
      detail,
      'counted',
      // The deals once, however many currencies they have.
      at === 0 ? count : 0,
      at === 0 ? count : 0,
      currency,
      amount,
      amount,
    ])
  const ranged = (
    part: string,
    name: string,
    basis: string,
    count: { low: number; high: number },
    value: Reconciliation['expected']['value'],
  ): Cells[] => [
    [
      ...where,
      part,
      name,
      '',
      basis,
      count.low,
      count.high,
      value?.low.currency ?? null,
      value?.low.amount ?? null,
      value?.high?.amount ?? null,
    ],
  ]
  const { reported, unexplained } = report
  return [
    ...exact('book', 'total', report.book.total),
    ...report.buckets.flatMap(({ bucket, amount, details }) => [
      ...exact('bucket', bucket, amount),
      ...details.flatMap((each) => exact('bucket detail', bucket, each.amount, each.name)),
    ]),
    ...report.bridge.flatMap(({ step, amount }) => exact('bridge', step, amount)),
    ...exact('delivered', 'total', report.delivered),
    ...report.steps.flatMap(({ step, basis, count, value }) => ranged('step', step, basis, count, value)),
    ...ranged('expected', 'total', 'bound', report.expected.count, report.expected.value),
    ...(reported
      ? [
          [
            ...where,
            'reported',
            'total',
            reported.metrics.join(' '),
            'counted',
            reported.count,
            reported.count,
            reported.value?.currency ?? null,
            reported.value?.amount ?? null,
            reported.value?.amount ?? null,
          ],
        ]
      : []),
    ...(unexplained
      ? [
          [
            ...where,
            'unexplained',
            'total',
            '',
            'counted',
            unexplained.count,
            unexplained.count,
            unexplained.value?.currency ?? null,
            unexplained.value?.amount ?? null,
            unexplained.value?.amount ?? null,
          ],
        ]
      : []),
    ...report.campaigns.flatMap(({ id, name, delivered }) => exact('campaign', name, delivered, id ?? '')),
  ]
}
