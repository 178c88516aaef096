import { Alert, Button, Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Empty } from '../../parts/empty.tsx'
import { Asked } from '../../parts/loading.tsx'
import { durationText, Moment } from '../../parts/moment.tsx'
import { countText, Money, type MoneyText, moneyText } from '../../parts/money.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { CampaignsCard } from './campaigns.tsx'
import { DayBars } from './day-bars.tsx'

type Overview = Answer<'GET /api/v1/overview'>

/** Is it working, and is it worth it? */
export default function OverviewPage() {
  const overview = useAnswer('GET /api/v1/overview', {}, { every: 30_000 })
  const connections = useAnswer('GET /api/v1/connections', {}, { every: 30_000 })
  const may = useMay()
  return (
    <>
      <PageHead title="Overview" zone={overview.data?.timezone}>
        {connections.data && <Sentence of={connections.data} lastPush={overview.data?.lastPush ?? null} />}
      </PageHead>
      <Asked of={overview} lines={5}>
        {(said) =>
          connections.data?.connections.length === 0 ? (
            <Empty
              title="Nothing is connected yet"
              action={
                may('POST /api/v1/connections') && (
                  <Button component={Link} to="/start">
                    Take the first steps
                  </Button>
                )
              }
            >
              Connect a TikTok advertiser and a source of deals: then this page says what was delivered, how
              fast, and what it was worth.
            </Empty>
          ) : (
            <Stack gap="md">
              <Alerts />
              <Numbers of={said} />
            </Stack>
          )
        }
      </Asked>
    </>
  )
}

function Sentence({ of, lastPush }: { of: Answer<'GET /api/v1/connections'>; lastPush: string | null }) {
  const { connections, paused } = of
  if (connections.length === 0) return <>Nothing is connected yet.</>
  const sending = connections.filter(({ state }) => state === 'active').length
  const all = connections.length === 1 ? 'The connection is' : `All ${connections.length} connections are`
  return (
    <>
      {paused
        ? 'Everything is paused; messages are still received.'
        : sending === connections.length
          ? `${all} delivering`
          : `${sending} of ${connections.length} connections are delivering`}
      {!paused &&
        (lastPush ? (
          <>
            ; last push <Moment at={lastPush} zone="UTC" />.
          </>
        ) : (
          '.'
        ))}
    </>
  )
}

function Alerts() {
  const { data } = useAnswer('GET /api/v1/alerts')
  return data?.alerts.map(({ id, what, remedy, page, since }) => (
    <Alert key={id} color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={what}>
      <Group justify="space-between" align="flex-end" gap="xs">
        <Text size="sm">
          {remedy}{' '}
          <span className="quiet">
            Since <Moment at={since} zone="UTC" />.
          </span>
        </Text>
        <Button component={Link} to={page} size="xs" variant="default">
          Look
        </Button>
      </Group>
    </Alert>
  ))
}

const PERIODS = { '1': 'Today', '7': '7 days', '28': '28 days' }

function Numbers({ of }: { of: Overview }) {
  const [params, setParams] = useSearchParams()
  const days = params.get('days') ?? '28'
  const period = of.periods.find((each) => String(each.days) === days) ?? of.periods[of.periods.length - 1]
  if (!period) return null
  const { now, before } = period
  const waiting = of.open.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <SegmentedControl
        aria-label="Period"
        value={String(period.days)}
        onChange={(value) => setParams({ days: value }, { replace: true })}
        data={Object.entries(PERIODS).map(([value, label]) => ({ value, label }))}
        style={{ alignSelf: 'flex-start' }}
      />
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
        <Figure
          title="Delivered"
          to="/deliveries?state=accepted"
          note={<Change now={now.count} before={before.count} />}
        >
          {countText(now.count)}
        </Figure>
        <Figure
          title="Revenue delivered"
          to="/deliveries?state=accepted"
          note={<Before now={now.values} before={before.values} />}
        >
          {now.values[0] ? moneyText(now.values[0]) : '–'}
        </Figure>
        <Figure
          title="Stage change to accepted"
          to="/deliveries"
          note={of.lag ? `95 of 100 within ${durationText(of.lag.p95)}` : 'nothing delivered in 7 days'}
        >
          {of.lag ? durationText(of.lag.p50) : '–'}
        </Figure>
        <Figure
          title="Match score"
          to="/deliveries?state=accepted"
          note={before.matchScore === null ? 'of 100' : `of 100; ${before.matchScore} before`}
        >
          {now.matchScore ?? '–'}
        </Figure>
      </SimpleGrid>
      <CampaignsCard days={period.days} />
      <div className="card">
        <DayBars days={of.byDay} />
      </div>
      {waiting > 0 && (
        <Group gap="lg">
          {of.open.map(({ connectionId, state, count }) => (
            <Link
              key={`${connectionId} ${state}`}
              to={`/deliveries?state=${state}&connection=${connectionId}`}
            >
              {countText(count)} {state.replace('_', ' ')} for {connectionId}
            </Link>
          ))}
        </Group>
      )}
    </>
  )
}

function Figure({
  title,
  to,
  note,
  children,
}: {
  title: string
  to: string
  note: React.ReactNode
  children: React.ReactNode
}) {
  return (
    <div className="card">
      <Text size="sm" c="dimmed">
        {title}
      </Text>
      <Link
        to={to}
        className="big num"
        style={{ color: 'inherit', textDecoration: 'none', display: 'block', whiteSpace: 'normal' }}
      >
        {children}
      </Link>
      <Text size="sm" c="dimmed" mt={2} component="div">
        {note}
      </Text>
    </div>
  )
}

function Change({ now, before }: { now: number; before: number }) {
  if (before === 0) return <>none in the period before</>
  const share = Math.round((100 * (now - before)) / before)
  return (
    <>
      {share === 0
        ? 'as many as before'
        : `${share > 0 ? '+' : '−'}${Math.abs(share)} % against ${countText(before)} before`}
    </>
  )
}

/** The other currencies, which one line holds, and what it was before. */
function Before({ now, before }: { now: readonly MoneyText[]; before: readonly MoneyText[] }) {
  const others = now.slice(1)
  return (
    <>
      {others.length > 0 && (
        <div>
          and{' '}
          {others.map((value, at) => (
            <span key={value.currency}>
              {at > 0 && ', '}
              <span className="num">{moneyText(value)}</span>
            </span>
          ))}
        </div>
      )}
      {before.length === 0 ? (
        'none in the period before'
      ) : (
        <>
          <Money of={before} /> before
        </>
      )}
    </>
  )
}
