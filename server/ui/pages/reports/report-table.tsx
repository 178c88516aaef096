import { Button, Group, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Link } from 'react-router'
import { saveFile } from './save-file.ts'
import { type Cell, type Table, tableCsv, textOf } from './table.ts'
import { useQueryChange } from './use-query-change.ts'

/** A table of a report: figures that open are links, and all of it can be taken away as CSV. */
export function ReportTable({ table, mark }: { table: Table; mark?: (key: string) => React.ReactNode }) {
  const { columns, rows, caption, empty, file } = table
  return (
    <div>
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="sm" c="dimmed">
          {caption}
        </Text>
        {rows.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
            onClick={() => saveFile(`${file}.csv`, tableCsv(table), 'text/csv')}
            aria-label={`CSV: ${caption}`}
          >
            CSV
          </Button>
        )}
      </Group>
      {rows.length === 0 ? (
        <Text size="sm">{empty}</Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        <section className="report-scroll" aria-label={caption} tabIndex={0}>
          <table className="list">
            <thead>
              <tr>
                {columns.map(({ title, number }) => (
                  <th key={title} scope="col" className={number && 'num'}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, cells, kind }) => (
                <tr key={key} data-kind={kind}>
                  {cells.map((cell, at) => (
                    <td
                      key={columns[at]?.title}
                      data-label={columns[at]?.title}
                      className={columns[at]?.number && 'num'}
                    >
                      <Shown cell={cell} />
                      {at === 0 && mark?.(key)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  )
}

function Shown({ cell }: { cell: Cell }) {
  const { linkTo } = useQueryChange()
  const text = textOf(cell)
  if (typeof cell === 'string') return <span>{text}</span>
  if (cell.href !== undefined) return <Link to={cell.href}>{text}</Link>
  if (cell.to !== undefined) return <Link to={linkTo(cell.to)}>{text}</Link>
  return <span>{text}</span>
}
