import { Link } from 'react-router'
import { useQueryChange } from '../reports/use-query-change.ts'
import type { ReconciliationView } from './reconciliation-view.ts'

/** Why the books differ, the largest cause first, each with what to do. */
export function Causes({ of }: { of: ReconciliationView['causes'] }) {
  const { linkTo } = useQueryChange()
  if (of.length === 0) return <p className="report-note">Nothing makes the books differ.</p>
  return (
    <ul className="causes">
      {of.map(({ key, title, deals, revenue, basis, remedy, open }) => (
        <li key={key}>
          <span className="num">
            {open === null ? <b>{deals}</b> : <Link to={linkTo({ open })}>{deals}</Link>}{' '}
            <span className="quiet">{basis}</span>
          </span>
          <span>
            <b>{title}</b>
            <br />
            <span className="quiet">{remedy}</span>
          </span>
          <span className="num">{revenue}</span>
        </li>
      ))}
    </ul>
  )
}
