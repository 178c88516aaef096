import { Alert, Button, Group, Menu, SimpleGrid, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCircleCheck, IconDots, IconLock, IconPlayerPause, IconPlugOff, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAct } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Failure } from '../../parts/failure.tsx'
import { Findings } from '../../parts/findings.tsx'
import { Moment } from '../../parts/moment.tsx'
import { countText } from '../../parts/money.tsx'
import { Mark } from '../../parts/state-badge.tsx'
import { Disconnect } from './disconnect.tsx'
import { EventSets } from './event-sets.tsx'
import { TestEvent } from './test-event.tsx'

export type Connection = Answer<'GET /api/v1/connections'>['connections'][number]

const STATES = {
  active: { tone: 'ok', icon: IconCircleCheck, text: 'Active' },
  parked: { tone: 'bad', icon: IconX, text: 'Event set refused' },
  token_refused: { tone: 'bad', icon: IconLock, text: 'Token refused' },
  paused: { tone: 'held', icon: IconPlayerPause, text: 'Paused' },
  disconnected: { tone: 'slate', icon: IconPlugOff, text: 'Disconnected' },
} as const

const CHANGES = ['GET /api/v1/connections', 'GET /api/v1/overview', 'GET /api/v1/alerts'] as const
type Open = 'sets' | 'test' | 'disconnect' | null

export function ConnectionCard({ of, revision }: { of: Connection; revision: number }) {
  const [open, setOpen] = useState<Open>(null)
  const may = useMay()
  const pause = useAct('POST /api/v1/connections/{id}/pause', CHANGES)
  const resume = useAct('POST /api/v1/connections/{id}/resume', CHANGES)
  const check = useAct('POST /api/v1/connections/{id}/check')
  const path = { id: of.id }
  const isPaused = of.state === 'paused'
  const needsToken = of.state === 'token_refused' || of.state === 'disconnected'
  const undoPause = () =>
    pause.mutate(
      { path },
      {
        onSuccess: () =>
          notifications.show({
            message: (
              <Group justify="space-between">
                {of.id} is paused; messages are still received.
                <Button size="compact-xs" variant="default" onClick={() => resume.mutate({ path })}>
                  Undo
                </Button>
              </Group>
            ),
          }),
      },
    )
  return (
    <section className="card" aria-label={of.id}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Group gap="sm">
            <h2>{of.id}</h2>
            <Mark {...STATES[of.state]} />
            {of.testEventCode && (
              <Mark tone="doubt" icon={IconCircleCheck} text={`Test Events ${of.testEventCode}`} />
            )}
          </Group>
          <Text size="sm" c="dimmed" mt={2}>
            Advertiser <span className="mono">{of.advertiserId}</span> · {of.currency} · {of.timezone}
          </Text>
        </div>
        <Group gap="xs">
          {needsToken && may('POST /api/v1/connections/{id}/reconnect') && (
            <Button component={Link} to={`/connections/new?connection=${of.id}`} size="xs">
              Reconnect
            </Button>
          )}
          {may('POST /api/v1/connections/{id}/pause') && !needsToken && (
            <Button
              size="xs"
              variant="default"
              loading={pause.isPending || resume.isPending}
              onClick={() => (isPaused ? resume.mutate({ path }) : undoPause())}
            >
              {isPaused ? 'Resume' : 'Pause'}
            </Button>
          )}
          {may('POST /api/v1/connections/{id}/check') && (
            <Menu position="bottom-end">
              <Menu.Target>
                <Button size="xs" variant="default" px={8} aria-label={`More for ${of.id}`}>
                  <IconDots size={16} aria-hidden />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {may('POST /api/v1/connections/{id}/test') && (
                  <Menu.Item onClick={() => setOpen('test')}>Send a test event</Menu.Item>
                )}
                {may('POST /api/v1/connections/{id}/check') && (
                  <Menu.Item onClick={() => check.mutate({ path })}>Check with TikTok</Menu.Item>
                )}
                {may('PUT /api/v1/connections/{id}') && (
                  <Menu.Item onClick={() => setOpen('sets')}>Choose event sets</Menu.Item>
                )}
                {may('POST /api/v1/connections/{id}/reconnect') && (
                  <Menu.Item component={Link} to={`/connections/new?connection=${of.id}`}>
                    Give it a new token
                  </Menu.Item>
                )}
                {may('POST /api/v1/connections/{id}/disconnect') && of.state !== 'disconnected' && (
                  <Menu.Item color="red" onClick={() => setOpen('disconnect')}>
                    Disconnect
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 4 }} mt="md" spacing="sm">
        <Fact name="Last accepted">
          <Moment at={of.lastAcceptedAt} zone={of.timezone} />
        </Fact>
        <Fact name="Waiting">
          <Link to={`/deliveries?connection=${of.id}&state=waiting`}>{countText(of.waiting)}</Link>
        </Fact>
        <Fact name="Held">
          <Link to={`/deliveries?connection=${of.id}&state=held`}>{countText(of.held)}</Link>
        </Fact>
        <Fact name="Uncertain">
          <Link to={`/deliveries?connection=${of.id}&state=uncertain`}>{countText(of.uncertain)}</Link>
        </Fact>
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="sm">
        {setsText(of)}
      </Text>
      <Stack gap="sm" mt={of.parked.length > 0 || check.isPending || check.data || check.error ? 'md' : 0}>
        {of.parked.map(({ eventSourceId, code, message, remedy, since }) => (
          <Alert
            key={eventSourceId}
            color="red"
            variant="outline"
            title={`${eventSourceId} takes nothing (${code})`}
          >
            TikTok said: {message} <b>{remedy}</b>{' '}
            <span className="quiet">
              Since <Moment at={since} zone={of.timezone} />; it is tried again every half hour.
            </span>
          </Alert>
        ))}
        {check.isPending && <Text size="sm">Asking TikTok …</Text>}
        {check.data && <Findings of={check.data.findings} />}
        <Failure problem={check.error ?? pause.error ?? resume.error} />
      </Stack>
      {open === 'test' && <TestEvent of={of} close={() => setOpen(null)} />}
      {open === 'sets' && <EventSets of={of} revision={revision} close={() => setOpen(null)} />}
      {open === 'disconnect' && <Disconnect of={of} close={() => setOpen(null)} />}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <div className="num">{children}</div>
    </div>
  )
}

function setsText({ eventSets: { web, crm, offline } }: Connection): string {
  const sets = [web && `pixel ${web}`, crm && `CRM set ${crm}`, offline && `offline set ${offline}`].filter(
    Boolean,
  )
  return `Sends to ${sets.join(', ')}.`
}
