import { Button, Group, Modal, SimpleGrid, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useAct } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Failure } from '../../parts/failure.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Money } from '../../parts/money.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import type { Story } from './deal.tsx'
import { Payload } from './payload.tsx'

type Delivery = Story['changes'][number]['deliveries'][number]
const SETS = { web: 'Pixel', crm: 'CRM event set', offline: 'Offline event set' } as const
const CHANGES = [
  'GET /api/v1/deals/{source}/{record}',
  'GET /api/v1/deliveries',
  'GET /api/v1/overview',
] as const

/** One event to one connection: its state, what TikTok said at each attempt, and what a person may decide. */
export function DeliveryCard({ of, zone }: { of: Delivery; zone: string }) {
  const [asks, setAsks] = useState(false)
  const may = useMay()
  const requeue = useAct('POST /api/v1/deliveries/requeue', CHANGES)
  const resolve = useAct('POST /api/v1/deliveries/resolve', CHANGES)
  const tell = {
    onSuccess: ({ decisions }: { decisions: { detail: string }[] }) => {
      setAsks(false)
      notifications.show({ message: decisions.map(({ detail }) => detail).join(' ') })
    },
  }
  const ids = [of.id]
  const canRequeue =
    ['held', 'rejected', 'cancelled', 'too_old'].includes(of.state) && may('POST /api/v1/deliveries/requeue')
  const canDrop = ['held', 'waiting'].includes(of.state) && may('POST /api/v1/deliveries/resolve')
  return (
    <section className="card" aria-label={`${of.event} to ${of.connectionId}`}>
      <Group justify="space-between" align="flex-start">
        <Group gap="sm">
          <h2>
            {of.event} to {of.connectionId}
          </h2>
          <StateBadge state={of.state} />
          {of.holdReason && <Text size="sm">{of.holdReason.replaceAll('_', ' ')}</Text>}
        </Group>
        <Group gap="xs">
          {of.state === 'uncertain' && may('POST /api/v1/deliveries/resolve') && (
            <Button size="xs" onClick={() => setAsks(true)}>
              Decide
            </Button>
          )}
          {canRequeue && (
            <Button
              size="xs"
              variant="default"
              loading={requeue.isPending}
              onClick={() => requeue.mutate({ body: { ids } }, tell)}
            >
              {of.state === 'held' ? 'Send it now' : 'Send it again'}
            </Button>
          )}
          {canDrop && (
            <Button
              size="xs"
              variant="default"
              loading={resolve.isPending}
              onClick={() => resolve.mutate({ body: { ids, to: 'drop' } }, tell)}
            >
              Do not send it
            </Button>
          )}
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 4 }} mt="sm" spacing="sm">
        <Fact name="Value">
          <Money of={of.value} />
        </Fact>
        <Fact name="Match score">
          {of.matchScore} <span className="quiet">of 100</span>
        </Fact>
        <Fact name="Rule">{of.ruleId}</Fact>
        <Fact name={SETS[of.route]}>
          <span className="mono">{of.eventSourceId}</span>
        </Fact>
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt="xs">
        Matched by {of.matchKeys.join(', ') || 'nothing'} · event id{' '}
        <span className="mono">{of.eventId}</span>
      </Text>
      {of.obstacle && (
        <Text size="sm" mt="xs">
          It waits because the{' '}
          {of.obstacle.kind === 'paused' ? 'connection is paused' : 'event set takes nothing'}.{' '}
          {of.obstacle.remedy}
        </Text>
      )}
      {of.requests.length > 0 && (
        <table className="list" style={{ marginTop: 10 }} aria-label="Attempts">
          <thead>
            <tr>
              <th>Attempt</th>
              <th>Outcome</th>
              <th>TikTok said</th>
              <th className="num">Events in it</th>
            </tr>
          </thead>
          <tbody>
            {of.requests.map((attempt) => (
              <tr key={`${attempt.startedAt} ${attempt.requestId}`}>
                <td data-label="Attempt">
                  <Moment at={attempt.startedAt} zone={zone} exact />
                </td>
                <td data-label="Outcome">{attempt.outcome}</td>
                <td data-label="TikTok said">
                  {attempt.code} {attempt.message}
                </td>
                <td data-label="Events" className="num">
                  {attempt.events}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {of.decisions.map((decision) => (
        <Text key={decision.at} size="sm" mt="xs">
          <Moment at={decision.at} zone={zone} /> {decision.verb} by {decision.actor}: {decision.detail}
        </Text>
      ))}
      <Failure problem={requeue.error ?? resolve.error} />
      {may('GET /api/v1/deliveries/{id}/payload') && <Payload id={of.id} />}
      <Modal opened={asks} onClose={() => setAsks(false)} title="Did TikTok get it?">
        <Stack gap="sm">
          <Text size="sm">
            TikTok never answered, so it may or may not have counted this. Look in Events Manager, or in the
            report of that day, then decide.
          </Text>
          <Button variant="default" onClick={() => resolve.mutate({ body: { ids, to: 'accepted' } }, tell)}>
            It arrived: count it as accepted
          </Button>
          <Button variant="default" onClick={() => resolve.mutate({ body: { ids, to: 'drop' } }, tell)}>
            It did not arrive, and shall not: count it as rejected
          </Button>
          <Button
            variant="default"
            color="red"
            onClick={() => requeue.mutate({ body: { ids, mayDouble: true } }, tell)}
          >
            Send it again, even if it may count twice
          </Button>
        </Stack>
      </Modal>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <div>{children}</div>
    </div>
  )
}
