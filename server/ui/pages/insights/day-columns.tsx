import { VisuallyHidden } from '@mantine/core'
import { Link } from 'react-router'
import { useQueryChange } from '../reports/use-query-change.ts'
import type { InsightsView } from './insights-view.ts'

/** Days as columns: whole where final, hatched where TikTok may still add, a point above those it changed. */
export function DayColumns({ bars, label }: { bars: InsightsView['bars']; label: string }) {
  const [first, last] = [bars[0], bars.at(-1)]
  return (
    <div>
      <ul className="columns" aria-label={label}>
        {bars.map(({ day, state, restated, size, text }) => (
          <li
            key={day}
            data-state={state}
            title={`${day}: ${text}, ${state}${restated > 0 ? ', changed afterwards' : ''}`}
          >
            <span aria-hidden style={{ height: `${size * 0.92}%` }} />
            {restated > 0 && <i />}
            <VisuallyHidden>{`${day}: ${text}, ${state}`}</VisuallyHidden>
          </li>
        ))}
      </ul>
      <div className="axis" aria-hidden>
        <span>{first?.day}</span>
        <span>{last?.day}</span>
      </div>
    </div>
  )
}

/** Where in the account the page is, with the way back up. */
export function Trail({ of }: { of: { name: string; to: Record<string, string | null> }[] }) {
  const { linkTo } = useQueryChange()
  return (
    <nav className="trail" aria-label="Opened">
      {of.map(({ name, to }, at) => (
        <span key={name}>
          {at > 0 && <span className="quiet">› </span>}
          {at === of.length - 1 ? <b>{name}</b> : <Link to={linkTo(to)}>{name}</Link>}
        </span>
      ))}
    </nav>
  )
}
