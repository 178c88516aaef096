import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { OpenBar, Reconciliation } from '../../../../core/model/reconciliation.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { ReportTable } from '../reports/report-table.tsx'
import { useQueryChange } from '../reports/use-query-change.ts'
import { barTitle, dealsTable } from './opened.ts'

/** The deals behind the bar that is open, a page at a time. */
export function OpenDeals({ report, bar, asOf }: { report: Reconciliation; bar: OpenBar; asOf?: string }) {
  const { change } = useQueryChange()
  const [offset, setOffset] = useState(0)
  const { connectionId: connection, event, from, to, book } = report
  const asked = useAnswer(
    'GET /api/v1/reports/reconciliation/deals',
    {
      query: {
        connection,
        event,
        from,
        to,
        asOf,
        bar,
        book: book.id ?? undefined,
        offset: offset === 0 ? undefined : offset,
      },
    },
    { keep: true },
  )
  return (
    <section className="card" aria-label={barTitle(bar)}>
      <Group justify="space-between" mb="sm">
        <h2>{barTitle(bar)}</h2>
        <Button size="compact-sm" variant="subtle" onClick={() => change({ open: null })}>
          Close
        </Button>
      </Group>
      <Asked of={asked} lines={4}>
        {({ deals, next }) => (
          <>
            <ReportTable table={dealsTable(bar, deals)} />
            {(offset > 0 || next !== null) && (
              <Group mt="sm" gap="xs">
                <Button size="xs" variant="default" disabled={offset === 0} onClick={() => setOffset(0)}>
                  First
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  disabled={next === null}
                  onClick={() => setOffset(next ?? 0)}
                >
                  Next
                </Button>
              </Group>
            )}
          </>
        )}
      </Asked>
    </section>
  )
}
