import '../reports/reports.css'
import { Skeleton } from '@mantine/core'
import { useAnswer } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { FigureCard } from '../reports/figure-card.tsx'
import { ReportTable } from '../reports/report-table.tsx'
import { type CampaignBar, campaignsView } from './campaigns-view.ts'

/** Is it worth it? What the campaigns cost against the revenue that was delivered for them. */
export function CampaignsCard({ days }: { days: number }) {
  const asked = useAnswer(
    'GET /api/v1/overview/campaigns',
    { query: { days: String(days) as '28' } },
    { keep: true },
  )
  if (asked.error) return <Failure problem={asked.error} />
  if (!asked.data) return <Skeleton height={220} radius="lg" aria-label="Counting campaigns" />
  return asked.data.connections.map((of) => {
    const { finding, note, bars, table } = campaignsView(of)
    return (
      <FigureCard key={of.connectionId} finding={finding} note={note}>
        {bars.length > 0 && <CampaignBars bars={bars} />}
        <ReportTable table={table} />
      </FigureCard>
    )
  })
}

function CampaignBars({ bars }: { bars: readonly CampaignBar[] }) {
  return (
    <div>
      <p className="bar-keys" aria-hidden>
        <span data-kind="quiet" /> spend <span data-kind="book" /> delivered revenue
      </p>
      <ul className="bars">
        {bars.map(({ key, name, spend, delivered, figure, says }) => (
          <li key={key}>
            <div className="row" title={says}>
              <span className="name">{name}</span>
              <span className="track pair" role="img" aria-label={says}>
                {spend > 0 && <span data-kind="quiet" style={{ left: 0, width: `${spend}%` }} />}
                {delivered > 0 && <span data-kind="book" style={{ left: 0, width: `${delivered}%` }} />}
              </span>
              <span className="figure">{figure}</span>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}
