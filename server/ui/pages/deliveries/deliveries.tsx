import { Button, Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { dayStart } from '../../parts/day-start.ts'
import { Empty } from '../../parts/empty.tsx'
import { Asked } from '../../parts/loading.tsx'
import { Moment, useZone } from '../../parts/moment.tsx'
import { Money } from '../../parts/money.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RecordId } from '../../parts/record-id.tsx'
import { type DeliveryState, StateBadge, stateText } from '../../parts/state-badge.tsx'
import { daysAfter } from '../reports/period.ts'

type Delivery = Answer<'GET /api/v1/deliveries'>['deliveries'][number]

const STATES: DeliveryState[] = [
  'waiting',
  'in_flight',
  'held',
  'accepted',
  'rejected',
  'uncertain',
  'too_old',
  'cancelled',
]
const FILTERS = ['state', 'connection', 'source', 'event', 'code', 'from', 'to', 'search'] as const

/** What happened to this deal? Everything that narrows the list stands in the address. */
export default function DeliveriesPage() {
  const [params, setParams] = useSearchParams()
  const zone = useZone()
  const { data: workspace } = useAnswer('GET /api/v1/workspace')
  const of = (name: string) => params.get(name) ?? undefined
  const query = Object.fromEntries(FILTERS.map((name) => [name, of(name)]))
  const start = (day: string | undefined, later = 0) =>
    day === undefined ? undefined : dayStart(daysAfter(day, later), zone)
  const asked = useAnswer(
    'GET /api/v1/deliveries',
    { query: { ...query, from: start(of('from')), to: start(of('to'), 1), before: of('before'), limit: 50 } },
    { every: of('before') === undefined ? 10_000 : undefined, keep: true },
  )
  const narrow = (name: string, value: string | null) => {
    setParams((before) => {
      const next = new URLSearchParams(before)
      if (value === null || value === '') next.delete(name)
      else next.set(name, value)
      next.delete('before')
      next.delete('focus')
      return next
    })
  }
  const isNarrowed = FILTERS.some((name) => params.has(name))
  return (
    <>
      <PageHead title="Deliveries" zone={zone}>
        One line for each event that was made, newest first.
      </PageHead>
      <Group gap="xs" mb="md" className="filters">
        <Search
          value={of('search') ?? ''}
          focus={of('focus') === 'search'}
          onChange={(text) => narrow('search', text)}
        />
        <Select
          aria-label="State"
          placeholder="State"
          clearable
          data={STATES.map((state) => ({ value: state, label: stateText(state) }))}
          value={of('state') ?? null}
          onChange={(value) => narrow('state', value)}
        />
        <Select
          aria-label="Connection"
          placeholder="Connection"
          clearable
          data={workspace?.connections.map(({ id }) => id) ?? []}
          value={of('connection') ?? null}
          onChange={(value) => narrow('connection', value)}
        />
        <Select
          aria-label="Source"
          placeholder="Source"
          clearable
          data={workspace?.sources.map(({ id }) => id) ?? []}
          value={of('source') ?? null}
          onChange={(value) => narrow('source', value)}
        />
        <Select
          aria-label="Event"
          placeholder="Event"
          clearable
          data={[...new Set(workspace?.rules.map(({ send }) => send.event) ?? [])]}
          value={of('event') ?? null}
          onChange={(value) => narrow('event', value)}
        />
        <TextInput
          aria-label="TikTok’s code"
          placeholder="Code"
          defaultValue={of('code') ?? ''}
          onBlur={(event) => narrow('code', event.currentTarget.value)}
        />
        <TextInput
          aria-label="From day"
          type="date"
          leftSection="from"
          leftSectionWidth={50}
          value={of('from') ?? ''}
          onChange={(event) => narrow('from', event.currentTarget.value)}
        />
        <TextInput
          aria-label="To day"
          type="date"
          leftSection="to"
          leftSectionWidth={32}
          value={of('to') ?? ''}
          onChange={(event) => narrow('to', event.currentTarget.value)}
        />
        {isNarrowed && (
          <Button variant="subtle" onClick={() => setParams({})}>
            Clear
          </Button>
        )}
      </Group>
      <Asked of={asked} lines={8}>
        {({ deliveries, before }) =>
          deliveries.length === 0 ? (
            <Empty
              title={isNarrowed ? 'Nothing like that' : 'No delivery yet'}
              action={
                isNarrowed ? (
                  <Button variant="default" onClick={() => setParams({})}>
                    Show all
                  </Button>
                ) : (
                  <Button component={Link} to="/rules">
                    Look at the rules
                  </Button>
                )
              }
            >
              {isNarrowed
                ? 'No delivery fits everything above. A deal that was never sent has no delivery: search it by its id to read why.'
                : 'As soon as a deal enters a stage that a rule names, its event stands here.'}
            </Empty>
          ) : (
            <>
              <List of={deliveries} zone={zone} />
              <Group mt="md" justify="space-between">
                <Text size="sm" c="dimmed">
                  {deliveries.length} shown
                </Text>
                <Group gap="xs">
                  {params.has('before') && (
                    <Button variant="default" onClick={() => history.back()}>
                      Newer
                    </Button>
                  )}
                  {before !== null && (
                    <Button
                      variant="default"
                      onClick={() =>
                        setParams((now) => {
                          const next = new URLSearchParams(now)
                          next.set('before', String(before))
                          return next
                        })
                      }
                    >
                      Older
                    </Button>
                  )}
                </Group>
              </Group>
            </>
          )
        }
      </Asked>
    </>
  )
}

function Search({
  value,
  focus,
  onChange,
}: {
  value: string
  focus: boolean
  onChange: (text: string) => void
}) {
  const field = useRef<HTMLInputElement>(null)
  const later = useDebouncedCallback(onChange, 300)
  useEffect(() => {
    if (focus) field.current?.focus()
  }, [focus])
  return (
    <TextInput
      ref={field}
      key={value === '' ? 'empty' : 'filled'}
      data-search
      aria-label="Search by record or event id"
      placeholder="Record or event id"
      leftSection={<IconSearch size={16} aria-hidden />}
      defaultValue={value}
      onChange={(event) => later(event.currentTarget.value.trim())}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  )
}

function List({ of, zone }: { of: readonly Delivery[]; zone: string }) {
  const navigate = useNavigate()
  return (
    <div className="card" style={{ padding: 0, overflow: 'hidden' }}>
      <table className="list" aria-label="Deliveries">
        <thead>
          <tr>
            <th>State</th>
            <th>Record</th>
            <th>Event</th>
            <th className="num">Value</th>
            <th>Connection</th>
            <th className="num">Match</th>
            <th>Happened</th>
          </tr>
        </thead>
        <tbody>
          {of.map((delivery) => {
            const to = dealPath(delivery)
            return (
              <tr key={delivery.id} className="opens" onClick={() => void navigate(to)}>
                <td data-label="State">
                  <StateBadge state={delivery.state} />
                </td>
                <td data-label="Record">
                  <span>
                    <Link to={to} onClick={(event) => event.stopPropagation()}>
                      <RecordId of={delivery.record.id} />
                    </Link>
                    <span className="quiet"> {delivery.record.type}</span>
                  </span>
                </td>
                <td data-label="Event">
                  {delivery.event}
                  {delivery.test && <span className="quiet"> test</span>}
                </td>
                <td data-label="Value" className="num">
                  <Money of={delivery.value} />
                </td>
                <td data-label="Connection">{delivery.connectionId}</td>
                <td data-label="Match" className="num">
                  {delivery.matchScore}
                </td>
                <td data-label="Happened">
                  <Moment at={delivery.occurredAt} zone={zone} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** The page of a record. */
export function dealPath({
  sourceId,
  record,
}: {
  sourceId: string
  record: { type: string; id: string }
}): string {
  return `/deals/${encodeURIComponent(sourceId)}/${encodeURIComponent(`${record.type}:${record.id}`)}`
}
