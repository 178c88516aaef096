import '../reports/reports.css'
import { Text } from '@mantine/core'
import { countText, Money, type MoneyText } from '../../parts/money.tsx'

export interface Day {
  day: string
  count: number
  values: readonly MoneyText[]
}

const WIDTH = 840
const HEIGHT = 120
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
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        // Bars may be squeezed; their height and the words under them stay readable on a narrow page.
        preserveAspectRatio="none"
        role="img"
        aria-label={title}
        style={{ width: '100%', height: HEIGHT, marginTop: 12, display: 'block' }}
      >
        {days.map(({ day, count }, at) => {
          const height = count === 0 ? 1 : Math.max(3, (count / most) * HEIGHT)
          return (
            <g key={day}>
              <title>{`${dayText(day)}: ${countText(count)}`}</title>
              <rect
                x={at * slot + GAP / 2}
                y={HEIGHT - height}
                width={slot - GAP}
                height={height}
                fill={count === 0 ? 'var(--line)' : 'var(--mantine-primary-color-filled)'}
              />
            </g>
          )
        })}
      </svg>
      <div className="axis">
        <span>{dayText(days[0]?.day ?? '')}</span>
        <span>{dayText(days.at(-1)?.day ?? '')}</span>
      </div>
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
