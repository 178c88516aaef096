import { Button, Group, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { DealJourneys } from '../../../../core/model/journeys.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Asked } from '../../parts/loading.tsx'
import { durationText, Moment } from '../../parts/moment.tsx'
import { Money } from '../../parts/money.tsx'
import { useQueryChange } from '../reports/use-query-change.ts'
import type { ReportScope } from '../reports/use-report-scope.ts'

type Deal = DealJourneys['deals'][number]

/** Single deals and the touches that led to them: what the models were reckoned from. */
export function Journeys({ scope, lookback }: { scope: ReportScope; lookback: number }) {
  const { query, linkTo } = useQueryChange()
  const channel = query.get('channel')
  const before = query.get('before') ?? undefined
  const asked = useAnswer(
    'GET /api/v1/reports/attribution/journeys',
    {
      query: {
        ...scope.period,
        connection: scope.connection.id,
        lookback,
        channel: channel ?? undefined,
        before: before as never,
      },
    },
    { keep: true },
  )
  return (
    <section className="card" aria-label="Journeys">
      <h2>
        {channel === null
          ? 'Deal by deal, the newest first'
          : `Deals that ${channel} touched, the newest first`}
      </h2>
      <Asked of={asked}>
        {({ deals, before: next }) => (
          <>
            {deals.length === 0 && (
              <Text size="sm" c="dimmed" mt="sm">
                No deal was won in these days{channel === null ? '' : ' that it touched'}.
              </Text>
            )}
            <ol className="journeys">
              {deals.map((deal) => (
                <Journey
                  key={`${deal.sourceId} ${deal.record.type} ${deal.record.id}`}
                  of={deal}
                  zone={scope.connection.timezone}
                />
              ))}
            </ol>
            {(next !== null || before !== undefined) && (
              <Group gap="xs" mt="sm">
                {before !== undefined && (
                  <Button component={Link} to={linkTo({ before: null })} size="xs" variant="default">
                    Newest
                  </Button>
                )}
                {next !== null && (
                  <Button component={Link} to={linkTo({ before: next })} size="xs" variant="default">
                    Earlier
                  </Button>
                )}
              </Group>
            )}
          </>
        )}
      </Asked>
    </section>
  )
}

function Journey({ of: { sourceId, record, wonAt, amount, touches }, zone }: { of: Deal; zone: string }) {
  const page = `/deals/${encodeURIComponent(sourceId)}/${encodeURIComponent(`${record.type}:${record.id}`)}`
  return (
    <li>
      <div className="journey-head">
        <Link to={page}>{record.id}</Link>
        <span className="quiet">
          won <Moment at={wonAt} zone={zone} />
        </span>
        <Money of={amount} />
      </div>
      {touches.length === 0 ? (
        <span className="quiet">nobody saw it come</span>
      ) : (
        <ol className="touches" aria-label={`Touches of ${record.id}`}>
          {touches.map(({ at, kind, place }, nth) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the touches of one deal never change their order
            <li key={nth} title={kind}>
              {place.join(' › ')}
              <span className="quiet num">{durationText(Date.parse(wonAt) - Date.parse(at))} before</span>
            </li>
          ))}
        </ol>
      )}
    </li>
  )
}
