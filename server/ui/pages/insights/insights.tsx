import '../reports/reports.css'
import { Button, Group, Select, Stack } from '@mantine/core'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { FigureCard } from '../reports/figure-card.tsx'
import { ReportFilters } from '../reports/report-filters.tsx'
import { ReportPage } from '../reports/report-page.tsx'
import { ReportTable } from '../reports/report-table.tsx'
import { useQueryChange } from '../reports/use-query-change.ts'
import type { ReportScope } from '../reports/use-report-scope.ts'
import { DayColumns, Trail } from './day-columns.tsx'
import { insightsView, METRIC_WORDS, type ShownMetric, trailOf } from './insights-view.ts'

/** What did TikTok report? */
export default function InsightsPage() {
  return (
    <ReportPage
      title="Insights"
      question="What TikTok reported, by campaign, ad group and ad: which days are final, and which it changed afterwards."
    >
      {(scope) => <Told scope={scope} />}
    </ReportPage>
  )
}

function Told({ scope }: { scope: ReportScope }) {
  const { query, change } = useQueryChange()
  const { connection, period } = scope
  const asked = useAnswer(
    'GET /api/v1/reports/insights',
    {
      query: {
        ...period,
        connection: connection.id,
        campaign: query.get('campaign') ?? undefined,
        adGroup: query.get('adGroup') ?? undefined,
      },
    },
    { keep: true },
  )
  const wanted = query.get('metric') ?? ''
  const metric: ShownMetric = wanted in METRIC_WORDS ? (wanted as ShownMetric) : 'spend'
  const view = asked.data && insightsView(asked.data, { metric, openDay: query.get('day') })
  return (
    <>
      <ReportFilters scope={scope}>
        {view && view.metrics.length > 1 && (
          <Select
            label="Figure"
            w={190}
            data={view.metrics.map((value) => ({ value, label: METRIC_WORDS[value] }))}
            value={metric}
            onChange={(value) => change({ metric: value })}
            allowDeselect={false}
          />
        )}
      </ReportFilters>
      <Asked of={asked} lines={6}>
        {(report) =>
          view && (
            <Stack gap="md">
              <Trail of={trailOf(report)} />
              <FigureCard
                finding={view.finding}
                note="Hatched days may still change; a point stands over days that TikTok changed after they had ended."
              >
                <DayColumns bars={view.bars} label={`${METRIC_WORDS[metric]} by account day`} />
                <ReportTable table={view.days} />
              </FigureCard>
              {view.history && (
                <section className="card">
                  <ReportTable table={view.history} />
                  <Group mt="sm">
                    <Button size="compact-sm" variant="subtle" onClick={() => change({ day: null })}>
                      Close
                    </Button>
                  </Group>
                </section>
              )}
              <section className="card">
                <ReportTable table={view.rows} />
              </section>
            </Stack>
          )
        }
      </Asked>
    </>
  )
}
