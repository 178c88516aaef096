import '../reports/reports.css'
import { Alert, Button, Group, Select, Slider, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import type { Reconciliation } from '../../../../core/model/reconciliation.ts'
import { reconciliationCsv } from '../../../reconciliation/reconciliation-csv.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { FigureCard } from '../reports/figure-card.tsx'
import { daysAfter, daysBetween } from '../reports/period.ts'
import { ReportFilters } from '../reports/report-filters.tsx'
import { ReportPage } from '../reports/report-page.tsx'
import { ReportTable } from '../reports/report-table.tsx'
import { saveFile } from '../reports/save-file.ts'
import { useQueryChange } from '../reports/use-query-change.ts'
import type { ReportScope } from '../reports/use-report-scope.ts'
import { Audits } from './audits.tsx'
import { Causes } from './causes.tsx'
import { OpenDeals } from './open-deals.tsx'
import { openBar } from './opened.ts'
import { reconciliationView } from './reconciliation-view.ts'
import { Waterfall } from './waterfall.tsx'

/** Do the three books agree, and if not, why? */
export default function ReconciliationPage() {
  return (
    <ReportPage
      title="Reconciliation"
      question="What the CRM closed, what was delivered and what TikTok reports, held against each other."
    >
      {(scope) => <Reports scope={scope} />}
    </ReportPage>
  )
}

function Reports({ scope }: { scope: ReportScope }) {
  const { query, change } = useQueryChange()
  const { connection, period, today } = scope
  const asOf = query.get('asOf') ?? undefined
  const asked = useAnswer(
    'GET /api/v1/reports/reconciliation',
    { query: { ...period, connection: connection.id, asOf } },
    { keep: true },
  )
  const reports = asked.data?.reports ?? []
  const of = (name: string | null) => reports.find(({ event }) => event === name)
  // Money is what most come for.
  const report = of(query.get('event')) ?? of('Purchase') ?? reports[0]
  return (
    <>
      <ReportFilters scope={scope}>
        {reports.length > 1 && (
          <Select
            label="Event"
            w={160}
            data={reports.map(({ event }) => event)}
            value={report?.event ?? null}
            onChange={(event) => change({ event, open: null })}
            allowDeselect={false}
          />
        )}
      </ReportFilters>
      <AsOf from={period.from} today={today} asOf={asOf ?? null} />
      <Asked of={asked} lines={6}>
        {() => report && <Report report={report} asOf={asOf} />}
      </Asked>
    </>
  )
}

/** As TikTok had told it by the end of a day: it corrects past days, and the report can be made again as of then. */
function AsOf({ from, today, asOf }: { from: string; today: string; asOf: string | null }) {
  const { change } = useQueryChange()
  const last = daysBetween(from, today)
  const [moved, setMoved] = useState<number | null>(null)
  const at = moved ?? (asOf === null ? last : daysBetween(from, asOf))
  const text = at >= last ? 'now' : `by the end of ${daysAfter(from, at)}`
  return (
    <Group gap="md" mb="lg" wrap="nowrap">
      <Text size="sm" style={{ flex: 'none' }}>
        As told <b className="num">{text}</b>
      </Text>
      <Slider
        flex={1}
        maw={420}
        min={0}
        max={last}
        value={at}
        label={null}
        thumbLabel="The day that the report is as of"
        onChange={setMoved}
        onChangeEnd={(value) => {
          setMoved(null)
          change({ asOf: value >= last ? null : daysAfter(from, value) })
        }}
      />
    </Group>
  )
}

const TONES = { good: IconCircleCheck, wait: IconClock, bad: IconAlertTriangle }

function Report({ report, asOf }: { report: Reconciliation; asOf: string | undefined }) {
  const { query } = useQueryChange()
  const view = reconciliationView(report)
  const Icon = TONES[view.tone]
  const open = openBar(report, query.get('open'))
  const name = `reconciliation-${report.connectionId}-${report.event}-${report.from}-${report.to}`
  return (
    <Stack gap="md">
      <section className="card verdict" data-tone={view.tone} aria-label="Verdict">
        <Icon size={26} aria-hidden />
        <div className="words">
          <p>{view.verdict}</p>
          <p className="quiet">
            {view.books} {report.book.detail}.
          </p>
        </div>
      </section>
      {report.notes.map((note) => (
        <Alert key={note} color="orange" variant="outline" icon={<IconAlertTriangle aria-hidden />}>
          {note}
        </Alert>
      ))}
      <FigureCard
        finding={`${report.event} to ${report.connectionId}, from the CRM's book to TikTok's`}
        note="In deals. A bar that is underlined opens to its deals; dashed bars are bounds that nobody can count."
      >
        <Waterfall bars={view.bars} open={open} />
        {open && <OpenDeals key={open} report={report} bar={open} asOf={asOf} />}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
            onClick={() => saveFile(`${name}-full.csv`, reconciliationCsv([report]), 'text/csv')}
          >
            Whole report as CSV
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
            onClick={() => saveFile(`${name}.json`, JSON.stringify(report, null, 2), 'application/json')}
          >
            JSON
          </Button>
        </Group>
        <ReportTable table={view.table} />
      </FigureCard>
      <section className="card">
        <h2>Causes, and what to do</h2>
        <Causes of={view.causes} />
      </section>
      <section className="card">
        <ReportTable table={view.campaigns} />
      </section>
      <section className="card">
        <details>
          <summary>Day by day</summary>
          <div className="report-figure">
            <ReportTable table={view.days} />
          </div>
        </details>
      </section>
      <Audits connectionId={report.connectionId} />
    </Stack>
  )
}
