import { Alert, Button, Stack, Text } from '@mantine/core'
import { Link, useParams } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Empty } from '../../parts/empty.tsx'
import { Asked } from '../../parts/loading.tsx'
import { Moment, useZone } from '../../parts/moment.tsx'
import { Money } from '../../parts/money.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RecordId } from '../../parts/record-id.tsx'
import { DeliveryCard } from './delivery-card.tsx'

export type Story = Answer<'GET /api/v1/deals/{source}/{record}'>['stories'][number]

/** Why was it (not) sent? One sentence, then everything that led to it. */
export default function DealPage() {
  const { source = '', record = '' } = useParams()
  const asked = useAnswer(
    'GET /api/v1/deals/{source}/{record}',
    { path: { source, record } },
    { every: 5_000 },
  )
  const zone = useZone()
  if (asked.error?.status === 404) {
    return (
      <Empty
        page
        title={`Nothing was ever heard of ${record}`}
        action={
          <Button component={Link} to="/deliveries">
            To the deliveries
          </Button>
        }
      >
        The source {source} never told of it. Check the id as the CRM writes it.
      </Empty>
    )
  }
  return (
    <Asked of={asked} lines={5}>
      {({ stories }) => stories.map((story) => <StoryPage key={story.record.type} of={story} zone={zone} />)}
    </Asked>
  )
}

function StoryPage({ of, zone }: { of: Story; zone: string }) {
  // The latest is what the sentence above them is about.
  const deliveries = of.changes.flatMap((change) => change.deliveries).toReversed()
  return (
    <>
      <PageHead title={<RecordId of={of.record.id} />} zone={zone}>
        <span>
          {of.record.type} from <Link to={`/sources/${of.sourceId}`}>{of.sourceId}</Link>
          {of.now?.stage && (
            <>
              , now in <b>{of.now.stage}</b>
            </>
          )}
          {of.now?.amount && (
            <>
              {' '}
              with <Money of={of.now.amount} />
            </>
          )}
        </span>
      </PageHead>
      <Stack gap="md">
        <div className="card">
          <Text fw={600} size="lg" component="p" m={0}>
            {of.sentence}
          </Text>
          {of.countedAs && (
            <Text size="sm" c="dimmed" mt={4}>
              The same deal as{' '}
              <Link
                to={`/deals/${of.countedAs.sourceId}/${of.countedAs.record.type}:${of.countedAs.record.id}`}
              >
                <RecordId of={of.countedAs.record.id} /> in {of.countedAs.sourceId}
              </Link>
              .
            </Text>
          )}
        </div>
        {deliveries.map((delivery) => (
          <DeliveryCard key={delivery.id} of={delivery} zone={zone} />
        ))}
        <section className="card" aria-label="What happened">
          <h2>What happened</h2>
          <ol className="timeline">
            {of.timeline.map(({ at, subject, text }) => (
              <li key={`${at} ${subject} ${text}`}>
                <Moment at={at} zone={zone} exact />
                <span>
                  <b>{subject}</b> {text}
                </span>
              </li>
            ))}
          </ol>
        </section>
        <WhyNot of={of} />
        <Heard of={of} zone={zone} />
      </Stack>
    </>
  )
}

function WhyNot({ of }: { of: Story }) {
  const reasons = of.changes.flatMap((change) =>
    change.whyNot.map((why) => ({ ...why, stage: change.stage, id: change.id })),
  )
  if (reasons.length === 0) return null
  return (
    <section className="card" aria-label="What was not sent">
      <h2>What was not sent, and why</h2>
      <table className="list" style={{ marginTop: 8 }}>
        <thead>
          <tr>
            <th>Stage</th>
            <th>Rule</th>
            <th>To</th>
            <th>Why</th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ id, stage, ruleId, connectionId, reason, detail }) => (
            <tr key={`${id} ${ruleId} ${connectionId}`}>
              <td data-label="Stage">{stage}</td>
              <td data-label="Rule">{ruleId ?? 'none'}</td>
              <td data-label="To" style={{ whiteSpace: 'nowrap' }}>
                {connectionId ?? '–'}
              </td>
              <td data-label="Why">
                <b>{reason.replaceAll('_', ' ')}</b> <span className="quiet">{detail}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Heard({ of, zone }: { of: Story; zone: string }) {
  if (of.messages.length === 0) return null
  return (
    <section className="card" aria-label="What was heard">
      <h2>What the source told</h2>
      <Text size="sm" c="dimmed">
        Identifiers are hashed before anything is kept; only the names of their fields are shown.
      </Text>
      <table className="list" style={{ marginTop: 8 }}>
        <thead>
          <tr>
            <th>Received</th>
            <th>Message</th>
            <th>Kept, hashed</th>
            <th>Left out</th>
          </tr>
        </thead>
        <tbody>
          {of.messages.map((message) => (
            <tr key={message.key}>
              <td data-label="Received">
                <Moment at={message.receivedAt} zone={zone} exact />
              </td>
              <td data-label="Message" className="mono">
                {message.key}
                {message.problem && <Alert color="red">{message.problem}</Alert>}
              </td>
              <td data-label="Kept">{message.kept.join(', ') || '–'}</td>
              <td data-label="Left out">
                {message.dropped.map(({ field, why }) => (
                  <div key={field}>
                    {field} <span className="quiet">{why}</span>
                  </div>
                ))}
                {message.dropped.length === 0 && '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
