import { Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { lastDays, offeredPeriod, PERIOD_DAYS } from './period.ts'
import { useQueryChange } from './use-query-change.ts'
import type { ReportScope } from './use-report-scope.ts'

/** What a report is about: connection and days, both in the address; further filters beside them. */
export function ReportFilters({
  scope,
  days = true,
  children,
}: {
  scope: ReportScope
  days?: boolean
  children?: ReactNode
}) {
  const { change } = useQueryChange()
  const { connections, connection, period, today } = scope
  const offered = offeredPeriod(period, today)
  return (
    <Group gap="xs" mb="md" align="flex-end">
      {connections.length > 1 && (
        <Select
          label="Connection"
          w={170}
          data={connections.map(({ id }) => id)}
          value={connection.id}
          onChange={(id) =>
            change({ connection: id, campaign: null, adGroup: null, day: null, open: null, before: null })
          }
          allowDeselect={false}
        />
      )}
      {days && (
        <>
          <SegmentedControl
            aria-label="Period"
            value={offered === null ? '' : String(offered)}
            onChange={(value) =>
              change({ ...lastDays(today, Number(value)), asOf: null, day: null, before: null })
            }
            data={PERIOD_DAYS.map((count) => ({ value: String(count), label: `${count} days` }))}
          />
          <TextInput
            label="From"
            type="date"
            w={150}
            max={period.to}
            value={period.from}
            onChange={(event) =>
              change({ from: event.currentTarget.value, to: period.to, asOf: null, before: null })
            }
          />
          <TextInput
            label="To"
            type="date"
            w={150}
            min={period.from}
            max={today}
            value={period.to}
            onChange={(event) =>
              change({ from: period.from, to: event.currentTarget.value, asOf: null, before: null })
            }
          />
        </>
      )}
      {children}
    </Group>
  )
}
