import '../reports/reports.css'
import { Alert, Button, Stack } from '@mantine/core'
import { IconAlertTriangle, IconBulb } from '@tabler/icons-react'
import { Link } from 'react-router'
import type { Advice } from '../../../../core/model/advice.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Asked } from '../../parts/loading.tsx'
import { FigureCard } from '../reports/figure-card.tsx'
import { ReportFilters } from '../reports/report-filters.tsx'
import { ReportPage } from '../reports/report-page.tsx'
import { ReportTable } from '../reports/report-table.tsx'
import type { ReportScope } from '../reports/use-report-scope.ts'
import { type AdviceView, adviceView } from './advice-view.ts'
import { LagChart } from './lag-chart.tsx'

/** Which stage should TikTok learn from? */
export default function AdvisorPage() {
  return (
    <ReportPage
      title="Advisor"
      question="Which stage TikTok should learn from: early enough for its click window, often enough to learn, and what it is worth."
    >
      {(scope) => <Advised scope={scope} />}
    </ReportPage>
  )
}

function Advised({ scope }: { scope: ReportScope }) {
  const asked = useAnswer('GET /api/v1/reports/advice', { query: { connection: scope.connection.id } })
  return (
    <>
      <ReportFilters scope={scope} days={false} />
      <Asked of={asked} lines={6}>
        {({ advice: [advice] }) => advice && <Found advice={advice} />}
      </Asked>
    </>
  )
}

function Found({ advice }: { advice: Advice }) {
  const view = adviceView(advice)
  const [first, ...others] = view.sentences
  return (
    <Stack gap="md">
      <section className="card verdict" data-tone={view.enough ? 'good' : 'wait'} aria-label="Advice">
        <IconBulb size={26} aria-hidden />
        <div className="words">
          <p>{first}</p>
          {others.map((sentence) => (
            <p key={sentence} className="quiet">
              {sentence}
            </p>
          ))}
        </div>
        {view.rule && <ToRule rule={view.rule} />}
      </section>
      {advice.notes.map((note) => (
        <Alert key={note} color="orange" variant="outline" icon={<IconAlertTriangle aria-hidden />}>
          {note}
        </Alert>
      ))}
      <FigureCard
        finding={view.lagFinding}
        note="Share of the deals with a click that were in the stage so many days after it. What comes after the window of an ad group is not credited."
      >
        {view.curves.length > 0 && <LagChart curves={view.curves} label={view.lagFinding} />}
        <ReportTable table={view.stages} />
      </FigureCard>
      <FigureCard
        finding={view.signalFinding}
        note={`Deals that entered the stage within ${advice.clickDays} days of their click, in two weeks; the dashed line is what TikTok wants.`}
      >
        <Signals of={view} />
      </FigureCard>
      <FigureCard
        finding={view.backTestFinding}
        note="What the advice would have said on these days, and what the deals of the four weeks after came to."
      >
        <ReportTable table={view.backTest} />
      </FigureCard>
    </Stack>
  )
}

function Signals({ of: { signals, wanted } }: { of: AdviceView }) {
  return (
    <ul className="bars">
      {signals.map(({ milestone, text, size, enough }) => (
        <li key={milestone}>
          <div className="row">
            <span className="name">{milestone}</span>
            <span className="track" aria-hidden>
              <span data-kind={enough ? 'book' : 'quiet'} style={{ left: 0, width: `${size}%` }} />
              <i style={{ left: `${wanted.at}%` }} />
            </span>
            <span className="figure">{text}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}

function ToRule({ rule: { stage, value, connection } }: { rule: NonNullable<AdviceView['rule']> }) {
  const may = useMay()
  if (!may('PUT /api/v1/rules')) return null
  const query = new URLSearchParams({ add: stage, value, to: connection })
  return (
    <Button component={Link} to={`/rules?${query}`} style={{ flex: 'none' }}>
      Make it a rule
    </Button>
  )
}
