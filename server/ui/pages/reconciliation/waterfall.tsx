import { Link } from 'react-router'
import { useQueryChange } from '../reports/use-query-change.ts'
import type { PlacedBar } from './reconciliation-view.ts'

/** The waterfall, lying, because names are long and a hand-held page is narrow. A bar that can be opened is a link. */
export function Waterfall({ bars, open }: { bars: readonly PlacedBar[]; open: string | null }) {
  const { linkTo } = useQueryChange()
  return (
    <ul className="bars" aria-label="From the CRM's book to what TikTok reports, in deals">
      {bars.map((bar) => {
        const inside = (
          <>
            <span className="name">{bar.name}</span>
            <span className="track" aria-hidden>
              <span data-kind={bar.kind} style={{ left: `${bar.start}%`, width: `${bar.size}%` }} />
            </span>
            <span className="figure">{bar.label}</span>
          </>
        )
        const strong = bar.kind === 'book' || bar.kind === 'unexplained' ? '' : undefined
        return (
          <li key={`${bar.kind} ${bar.name}`}>
            {bar.open === null ? (
              <div className="row" data-strong={strong}>
                {inside}
              </div>
            ) : (
              <Link
                className="row"
                data-strong={strong}
                to={linkTo({ open: open === bar.open ? null : bar.open })}
                aria-current={open === bar.open ? 'true' : undefined}
              >
                {inside}
              </Link>
            )}
          </li>
        )
      })}
    </ul>
  )
}
