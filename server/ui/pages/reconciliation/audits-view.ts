import type { Audit } from '../../../../core/model/audit.ts'
import { verdict } from '../../../reconciliation/words.ts'
import { decimalCell, percentCell } from '../reports/cells.ts'
import type { Table } from '../reports/table.ts'

/** Audits as rows; a row's days open that report. */
export function auditsTable(connectionId: string, audits: readonly Audit[]): Table {
  return {
    file: `audits-${connectionId}`,
    caption: 'The latest first',
    columns: [
      { title: 'Days' },
      { title: 'Event' },
      { title: 'Verdict' },
      { title: 'Found' },
      ...['Unexplained', 'With click id', 'Rejected', 'Broken UTM', 'Hours to deliver'].map((title) => ({
        title,
        number: true as const,
      })),
    ],
    empty: 'No audit was made yet: the first one is made within a week of the first delivery.',
    rows: audits.map(({ event, from, to, madeAt, figures, findings, report }) => ({
      key: `${madeAt} ${event}`,
      cells: [
        {
          text: `${from} to ${to}`,
          raw: `${from} to ${to}`,
          to: { from, to, event, asOf: null, open: null },
        },
        event,
        verdict(report),
        findings.map(({ what }) => what).join('; ') || 'nothing got worse',
        percentCell(figures.unexplainedShare),
        percentCell(figures.ttclidRate),
        percentCell(figures.rejectedShare),
        percentCell(figures.brokenUtmShare),
        decimalCell(figures.lagHours, 1),
      ],
    })),
  }
}
