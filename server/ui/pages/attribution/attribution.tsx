import '../reports/reports.css'
import { Alert, MultiSelect, NumberInput, SegmentedControl, Select, Stack } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Model } from '../../../../core/model/attribution.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { FigureCard } from '../reports/figure-card.tsx'
import { ReportFilters } from '../reports/report-filters.tsx'
import { ReportPage } from '../reports/report-page.tsx'
import { ReportTable } from '../reports/report-table.tsx'
import { useQueryChange } from '../reports/use-query-change.ts'
import type { ReportScope } from '../reports/use-report-scope.ts'
import {
  attributionView,
  FIGURE_WORDS,
  FIGURES,
  LEVEL_WORDS,
  LEVELS,
  MODEL_WORDS,
} from './attribution-view.ts'
import { Journeys } from './journeys.tsx'
import { SpreadChart } from './spread-chart.tsx'

/** Which campaigns earned it? */
export default function AttributionPage() {
  return (
    <ReportPage
      title="Attribution"
      question="Which campaigns earned the deals that were won, by several models side by side."
    >
      {(scope) => <Models scope={scope} />}
    </ReportPage>
  )
}

/** What is compared until somebody chooses. */
const USUAL = 'first,last,linear,time_decay'
const LOOKBACK_DAYS = 90

function Models({ scope }: { scope: ReportScope }) {
  const { query, change } = useQueryChange()
  const { connection, period } = scope
  const models = query.get('models') ?? USUAL
  const lookback = Number(query.get('lookback')) || LOOKBACK_DAYS
  const choice = {
    level: LEVELS.find((each) => each === query.get('level')) ?? 'campaign',
    figure: FIGURES.find((each) => each === query.get('figure')) ?? 'conversions',
    channel: query.get('channel'),
  }
  const asked = useAnswer(
    'GET /api/v1/reports/attribution',
    { query: { ...period, connection: connection.id, models, lookback } },
    { keep: true },
  )
  const view = asked.data && attributionView(asked.data, choice)
  return (
    <>
      <ReportFilters scope={scope}>
        <NumberInput
          label="Window, days"
          w={120}
          min={1}
          max={400}
          value={lookback}
          onChange={(days) => change({ lookback: Number(days) > 0 ? String(days) : null })}
        />
        <Select
          label="Channel"
          placeholder="All"
          clearable
          w={150}
          data={view?.channels ?? []}
          value={choice.channel}
          onChange={(channel) => change({ channel, before: null })}
        />
        <MultiSelect
          label="Models"
          w={{ base: '100%', sm: 420 }}
          data={Object.entries(MODEL_WORDS).map(([value, label]) => ({ value, label }))}
          value={models.split(',') as Model[]}
          onChange={(chosen) => change({ models: chosen.length === 0 ? null : chosen.join(',') })}
        />
      </ReportFilters>
      <Asked of={asked} lines={6}>
        {({ notes }) =>
          view && (
            <Stack gap="md">
              {notes.map((note) => (
                <Alert key={note} color="orange" variant="outline" icon={<IconAlertTriangle aria-hidden />}>
                  {note}
                </Alert>
              ))}
              <FigureCard finding={view.finding} note={view.summary}>
                <div className="report-choices">
                  <SegmentedControl
                    aria-label="Level"
                    value={choice.level}
                    onChange={(level) => change({ level })}
                    data={LEVELS.map((value) => ({ value, label: LEVEL_WORDS[value] }))}
                  />
                  <SegmentedControl
                    aria-label="Figure"
                    value={choice.figure}
                    onChange={(figure) => change({ figure })}
                    data={FIGURES.map((value) => ({ value, label: FIGURE_WORDS[value] }))}
                  />
                </div>
                {view.rows.length > 0 && (
                  <>
                    <SpreadChart rows={view.rows} />
                    <p className="report-note">
                      A point for each model; the line between the least and the most is the spread.
                    </p>
                  </>
                )}
                <ReportTable table={view.table} />
              </FigureCard>
              <Journeys scope={scope} lookback={lookback} />
            </Stack>
          )
        }
      </Asked>
    </>
  )
}
