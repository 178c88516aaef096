import { Text } from '@mantine/core'
import { countText, Money, type MoneyText } from '../../parts/money.tsx'

export interface Day {
  day: string
  count: number
  values: readonly MoneyText[]
}

const WIDTH = 840
const HEIGHT = 130
const GAP = 4

/** Deliveries by account day: the finding first, the bars, and the same as a table. */
export function DayBars({ days }: { days: readonly Day[] }) {
  const most = Math.max(1, ...days.map(({ count }) => count))
  const total = days.reduce((sum, { count }) => sum + count, 0)
  const best = days.find(({ count }) => count === most)
  const slot = WIDTH / days.length
  const title =
    total === 0 || !best
      ? 'Nothing was delivered in 28 days'
      : `${countText(total)} delivered in 28 days, most on ${dayText(best.day)} (${countText(most)})`
  return (
    <figure style={{ margin: 0 }}>
      <h2>{title}</h2>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`}
        role="img"
        aria-label={title}
        style={{ width: '100%', height: 'auto', marginTop: 12 }}
      >
        {days.map(({ day, count }, at) => {
          const height = count === 0 ? 1 : Math.max(3, (count / most) * (HEIGHT - 16))
          const x = at * slot + GAP / 2
          return (
            <g key={day}>
              <title>{`${dayText(day)}: ${countText(count)}`}</title>
              <rect
                x={x}
                y={HEIGHT - height}
                width={slot - GAP}
                height={height}
                rx={3}
                fill={count === 0 ? 'var(--line)' : 'var(--mantine-primary-color-filled)'}
              />
              {count === most && total > 0 && (
                <text
                  x={x + (slot - GAP) / 2}
                  y={HEIGHT - height - 5}
                  textAnchor="middle"
                  fontSize={12}
                  fill="var(--ink)"
                >
                  {countText(count)}
                </text>
              )}
              {(at === 0 || at === days.length - 1) && (
                <text
                  x={at === 0 ? 0 : WIDTH}
                  y={HEIGHT + 15}
                  textAnchor={at === 0 ? 'start' : 'end'}
                  fontSize={12}
                  fill="var(--quiet)"
                >
                  {dayText(day)}
                </text>
              )}
            </g>
          )
        })}
      </svg>
      <details>
        <summary>
          <Text span size="sm" c="dimmed">
            As a table
          </Text>
        </summary>
        <table className="list">
          <thead>
            <tr>
              <th>Day</th>
              <th className="num">Delivered</th>
              <th className="num">Revenue</th>
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map(({ day, count, values }) => (
              <tr key={day}>
                <td data-label="Day">{dayText(day)}</td>
                <td data-label="Delivered" className="num">
                  {countText(count)}
                </td>
                <td data-label="Revenue" className="num">
                  <Money of={values} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}

function dayText(day: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T12:00:00Z`),
  )
}
