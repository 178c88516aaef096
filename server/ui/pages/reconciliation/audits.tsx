import { Link } from 'react-router'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { ReportTable } from '../reports/report-table.tsx'
import { auditsTable } from './audits-view.ts'

/** What was found by the audits that are made of themselves, the latest first; each leads to its days. */
export function Audits({ connectionId }: { connectionId: string }) {
  const asked = useAnswer('GET /api/v1/audits', { query: { connection: connectionId, limit: 20 } })
  return (
    <section className="card">
      <h2>Audits</h2>
      <div className="report-figure">
        <Asked of={asked} lines={2}>
          {({ audits }) => <ReportTable table={auditsTable(connectionId, audits)} />}
        </Asked>
      </div>
      <p className="report-note">
        Once a week the report is made and held against the last one; what gets worse is an alert on the{' '}
        <Link to="/">overview</Link>.
      </p>
    </section>
  )
}
